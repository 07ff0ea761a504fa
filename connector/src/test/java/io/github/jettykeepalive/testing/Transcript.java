package io.github.jettykeepalive.testing;

/** Wire text made fit for a failure message. */
final class Transcript {
    private static final int LIMIT = 400;

    private Transcript() {}

    /** The text in quotes, line ends visible, its middle left out when it is long. */
    static String quote(String text) {
        if (text.length() > LIMIT) {
            int half = LIMIT / 2;
            return quote(text.substring(0, half)) + " ... " + quote(text.substring(text.length() - half)) + " ("
                    + text.length() + " bytes)";
        }
        return '"' + text.replace("\r", "\\r").replace("\n", "\\n") + '"';
    }
}
