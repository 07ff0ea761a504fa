package io.github.jettykeepalive.servlet;

import java.util.regex.Pattern;

/**
 * A regular expression for text of strangers, found anywhere in it.
 *
 * <p>{@link Pattern} backtracks, so two bounds keep a hostile text from buying CPU time with a pattern that was written
 * without thinking of one: only the first {@value #MAX_LENGTH} characters are looked at (a real {@code User-Agent} is
 * shorter), and after {@value #MAX_READS} looks at a character, less than half a millisecond, the search ends as if it had
 * found something. Thread-safe.
 *
 * <p>The connector and the servlet filters each have a copy, as neither depends on the other; a test holds them together.
 */
final class MeteredPattern {
    /** How much of a text is looked at. */
    static final int MAX_LENGTH = 256;

    /** Twice what the simplest quadratic search, {@code x.*y} from every start, needs for that length. */
    static final int MAX_READS = 1 << 17;

    private final Pattern pattern;

    /**
     * Compiles it, once.
     *
     * @throws java.util.regex.PatternSyntaxException if it is none
     */
    MeteredPattern(String regex) {
        pattern = Pattern.compile(regex);
    }

    /** Whether the text, as far as it is looked at, has a match in it, or is too expensive to tell. */
    boolean isFoundIn(String text) {
        try {
            return pattern.matcher(new Metered(text)).find();
        } catch (BudgetSpent | StackOverflowError tooMuch) {
            return true;
        }
    }

    /** The regular expression. */
    @Override
    public String toString() {
        return pattern.pattern();
    }

    /** Text that counts how often it is looked at: whatever a matcher does, this is what it does all the time. */
    private static final class Metered implements CharSequence {
        private final String text;
        private final int length;
        private int reads;

        Metered(String text) {
            this.text = text;
            length = Math.min(text.length(), MAX_LENGTH);
        }

        @Override
        public char charAt(int index) {
            if (++reads > MAX_READS) {
                throw new BudgetSpent();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text.substring(0, length);
        }
    }

    private static final class BudgetSpent extends RuntimeException {
        private static final long serialVersionUID = 1;

        BudgetSpent() {
            super(null, null, false, false);
        }
    }
}
