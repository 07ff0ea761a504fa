package io.github.jettykeepalive.demo.lab;

import java.util.Map;

/**
 * What an attempt found out.
 *
 * @param mood how to take it
 * @param score the verdict in a word or a number, for those who only glance
 * @param verdict one line
 * @param facts the numbers it is made of
 */
public record Finding(Mood mood, String score, String verdict, Map<String, Object> facts) {}
