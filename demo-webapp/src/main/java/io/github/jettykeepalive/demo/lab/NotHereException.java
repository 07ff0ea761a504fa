package io.github.jettykeepalive.demo.lab;

import java.io.IOException;

/** What was asked for needs more than the server we are deployed in; the message says what. */
public final class NotHereException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Says what is missing, in a sentence for the page. */
    public NotHereException(String message) {
        super(message);
    }
}
