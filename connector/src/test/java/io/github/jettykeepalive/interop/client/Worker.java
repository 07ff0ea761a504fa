package io.github.jettykeepalive.interop.client;

import java.util.List;

/** Asks one question after the other, at a host of its own, so that its connection is no other worker's. */
record Worker(Pace pace, List<Step> steps) {}
