/**
 * HTTP/1.x connection management for Jetty 12.
 *
 * <p>Start with {@link io.github.jettykeepalive.KeepAliveConnectionFactory}. What is decided about a connection is in
 * {@code policy}, what is done to it in {@code enforce}; imports flow one way, from here down.
 */
@NullMarked
package io.github.jettykeepalive;

import org.jspecify.annotations.NullMarked;
