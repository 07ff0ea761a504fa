package io.github.jettykeepalive.demo.web;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** How often the target application did what it was asked to do; a client that got no answer cannot know. */
public final class Executions {
    private static final int MOST = 1000;
    private static final Map<String, Integer> COUNTS = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > MOST;
        }
    });

    private Executions() {}

    static void add(String key) {
        COUNTS.merge(key, 1, Integer::sum);
    }

    /** How many requests with this key were executed; the oldest keys are forgotten. */
    public static int count(String key) {
        return COUNTS.getOrDefault(key, 0);
    }
}
