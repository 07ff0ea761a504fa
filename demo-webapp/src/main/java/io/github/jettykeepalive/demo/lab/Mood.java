package io.github.jettykeepalive.demo.lab;

import java.util.Locale;

/** How a verdict is to be taken; the page gives it a colour and a sign. */
public enum Mood {
    /** Nothing was lost. */
    GOOD,
    /** A client lost something, or waited in vain. */
    BAD,
    /** Neither: a number to look at. */
    NEUTRAL,
    /** It could not be tried here. */
    MISSING;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Good if it holds, else bad. */
    public static Mood goodIf(boolean holds) {
        return holds ? GOOD : BAD;
    }
}
