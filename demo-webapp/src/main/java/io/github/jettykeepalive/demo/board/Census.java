package io.github.jettykeepalive.demo.board;

import java.util.List;
import java.util.Map;

/**
 * Everything the board shows, at one moment.
 *
 * @param rows the open connections
 * @param totals named numbers
 * @param closes how many connections ended for which reason
 * @param controls what can be changed, as it is
 */
public record Census(List<Row> rows, Map<String, Long> totals, Map<String, Long> closes, Controls controls) {
    /**
     * The settings of the permanent ports.
     *
     * @param here whether there is anything to control
     * @param maxRequests on a connection, 0 = no limit
     * @param keepAliveTimeout milliseconds
     * @param draining whether every response says close
     */
    public record Controls(boolean here, int maxRequests, long keepAliveTimeout, boolean draining) {}
}
