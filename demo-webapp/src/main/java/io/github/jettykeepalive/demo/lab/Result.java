package io.github.jettykeepalive.demo.lab;

import java.util.List;

/**
 * What came out of a run.
 *
 * @param verdict one line about all columns, computed from what happened
 * @param columns ours first
 */
public record Result(String verdict, List<Column> columns) {}
