package io.github.jettykeepalive.demo.lab;

/** A parameter is unknown or out of bounds; the message says what would have been right. */
public final class BadParameterException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** In the one shape of all such messages: {@code size: 99 (expected: 1 to 50)}. */
    public BadParameterException(String name, String value, String expected) {
        super(name + ": " + value + " (expected: " + expected + ")");
    }
}
