package io.github.jettykeepalive.demo.lab;

/**
 * One bar of a waterfall.
 *
 * @param lane which row it is in
 * @param kind {@code connect}, {@code send}, {@code wait}, {@code receive}, {@code idle}, {@code linger} or {@code lost}
 * @param label what it is, for those who point at it
 * @param from milliseconds since the column's start
 * @param to milliseconds since the column's start
 */
public record Span(String lane, String kind, String label, double from, double to) {}
