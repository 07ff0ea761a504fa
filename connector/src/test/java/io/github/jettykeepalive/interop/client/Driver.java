package io.github.jettykeepalive.interop.client;

/** Has a client do a shift, in a process of its own or in several. */
@FunctionalInterface
interface Driver {
    Told drive(ClientHost host, Desk desk, Shift shift) throws Exception;
}
