/**
 * Filters by which an application has its say in the life of an HTTP/1.x connection, in any Servlet 6 container. Where
 * the Jetty Keep-Alive connector serves the request they speak to it by
 * {@linkplain io.github.jettykeepalive.servlet.KeepAliveAttributes request attributes}; elsewhere each does what a
 * filter alone can.
 *
 * <p>{@code META-INF/web-fragment.xml} defines all of them, async-capable, under their simple names. A {@code web.xml}
 * maps them, in this order: {@link io.github.jettykeepalive.servlet.ConnectionInfoFilter ConnectionInfoFilter},
 * {@link io.github.jettykeepalive.servlet.UnreadBodyFilter UnreadBodyFilter},
 * {@link io.github.jettykeepalive.servlet.KeepAliveFilter KeepAliveFilter},
 * {@link io.github.jettykeepalive.servlet.ContentLengthFilter ContentLengthFilter},
 * {@link io.github.jettykeepalive.servlet.HopByHopFilter HopByHopFilter}. An init-param that is wrong, or not known,
 * fails the deployment and says why: {@code maxRequests: -3 (expected: >= 1)}.
 *
 * <p>A filter changes what its class says and nothing else that the application or the client sees. The tests compare
 * every application that they can think of with and without it; what may differ is in {@code NamedDifference} there.
 *
 * <p>Where to start reading: {@link io.github.jettykeepalive.servlet.KeepAliveFilter}, then the shared
 * {@code Http1Filter} and {@code InitParams}; for what is held back, the drawing in {@code HeldResponse}.
 */
@NullMarked
package io.github.jettykeepalive.servlet;

import org.jspecify.annotations.NullMarked;
