package io.github.jettykeepalive.demo.lab;

/**
 * One entry of a wire transcript.
 *
 * @param at milliseconds since the column's start
 * @param connection which connection of the column, from 1; 0 for none
 * @param from {@code client}, {@code server}, {@code note}, or {@code mark} where a new part begins
 * @param text what was sent, or what happened
 */
public record Line(double at, int connection, String from, String text) {}
