/**
 * Real proxies and real clients, thousands of requests each, with pauses around the timeout: {@code mvn -Pinterop verify}.
 * {@code connector/INTEROP.md} has a run.
 */
@org.jspecify.annotations.NullMarked
package io.github.jettykeepalive.interop;
