/**
 * What is shared, stopped, started again and changed while it runs. Where stock Jetty is the measure, each row of a table is
 * played to a stock connector, too: {@link io.github.jettykeepalive.lifecycle.Make} says whose it is.
 */
package io.github.jettykeepalive.lifecycle;
