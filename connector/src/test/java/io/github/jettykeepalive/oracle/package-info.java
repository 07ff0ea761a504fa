/**
 * Plays handler programs and client scripts, generated from a seed, to stock Jetty and to this connector side by side, and
 * compares what the application experiences and what the client gets. Every difference that is not named in {@link
 * io.github.jettykeepalive.oracle.AllowedDifferences} is a defect.
 */
package io.github.jettykeepalive.oracle;
