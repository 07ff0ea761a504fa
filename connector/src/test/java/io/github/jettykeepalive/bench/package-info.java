/**
 * What the connector costs, beside stock Jetty and other servers: {@code mvn -Pbench verify}. Servers run in processes of
 * their own; {@code connector/BENCHMARKS.md} has a run.
 */
@org.jspecify.annotations.NullMarked
package io.github.jettykeepalive.bench;
