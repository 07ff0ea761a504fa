package io.github.jettykeepalive.demo.lab;

import java.util.Map;

/**
 * What an attempt found out.
 *
 * @param mood how to take it
 * @param verdict one line
 * @param facts the numbers it is made of
 */
public record Finding(Mood mood, String verdict, Map<String, Object> facts) {}
