package io.github.jettykeepalive.policy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Rules for clients that are known to mishandle persistent connections, by their User-Agent.
 *
 * @param rules tried in order; every one that matches adds its actions
 */
public record ClientRules(List<Rule> rules) {
    /** No rule. */
    public static final ClientRules NONE = new ClientRules(List.of());

    private static final String ANY_ACTION = "one of "
            + String.join(", ", Stream.of(ClientAction.values()).map(Enum::name).toList());

    /** The clients that Apache httpd ships rules for, and what it does to them. */
    public static final ClientRules HTTPD = NONE.with("Mozilla/2", "NO_KEEP_ALIVE")
            .with("MSIE 4\\.0b2;", "NO_KEEP_ALIVE, FORCE_RESPONSE_1_0")
            .with("RealPlayer 4\\.0", "FORCE_RESPONSE_1_0")
            .with("Java/1\\.0", "FORCE_RESPONSE_1_0")
            .with("JDK/1\\.0", "FORCE_RESPONSE_1_0");

    /** Patterns see no more of a User-Agent than this many characters: real ones are shorter. */
    public static final int LONGEST_USER_AGENT = MeteredPattern.MAX_LENGTH;

    /** One of a list: a quoted regular expression, in which a quote is written twice, and its actions; or httpd's rules. */
    private static final Pattern LISTED =
            Pattern.compile("\\s*(?:\"((?:[^\"]++|\"\")*+)\"([^\";]*)|httpd\\s*)(?:;\\s*|$)");

    private static final String LIST = "\"regex\" actions, or httpd, separated by ;";

    /** One rule: a User-Agent that is looked for, and what happens if it is found. */
    public static final class Rule {
        private final MeteredPattern userAgent;
        private final Set<ClientAction> actions;

        /**
         * A rule.
         *
         * @param userAgentRegex a {@link Pattern}, found anywhere in the field value; its flags are written in it: {@code (?i)}.
         *     A value that makes it backtrack for more than half a millisecond counts as found
         * @param actions what happens, at least one
         * @throws IllegalArgumentException naming the setting, if the pattern is not valid or there is no action
         */
        public Rule(String userAgentRegex, Set<ClientAction> actions) {
            userAgent = pattern(userAgentRegex);
            Check.that(!actions.isEmpty(), "clientRules", userAgentRegex, "at least one action");
            this.actions = Set.copyOf(actions);
        }

        /** The regular expression. */
        public String userAgentRegex() {
            return userAgent.toString();
        }

        /** What happens. */
        public Set<ClientAction> actions() {
            return actions;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Rule that
                    && userAgentRegex().equals(that.userAgentRegex())
                    && actions.equals(that.actions);
        }

        @Override
        public int hashCode() {
            return userAgentRegex().hashCode() * 31 + actions.hashCode();
        }

        /** The rule in the form that {@link ClientRules#parse} reads. */
        @Override
        public String toString() {
            String names = actions.stream().sorted().map(Enum::name).collect(Collectors.joining(","));
            return '"' + userAgentRegex().replace("\"", "\"\"") + "\" " + names;
        }
    }

    public ClientRules {
        rules = List.copyOf(rules);
    }

    /**
     * Reads rules as httpd's {@code BrowserMatch} has them, separated by semicolons, each a {@link Pattern} in double
     * quotes and its actions; the word {@code httpd} stands for {@link #HTTPD}: {@code httpd; "OldBot/1\." NO_KEEP_ALIVE}.
     *
     * @param list may be empty; a double quote inside a pattern is written twice
     * @throws IllegalArgumentException naming the setting, if it is anything else
     */
    public static ClientRules parse(String list) {
        Check.that(list != null, "clientRules", "null", LIST);
        ClientRules rules = NONE;
        Matcher listed = LISTED.matcher(list.strip());
        while (listed.regionStart() < listed.regionEnd()) {
            Check.that(listed.lookingAt(), "clientRules", list, LIST);
            String regex = listed.group(1);
            rules = regex == null ? rules.and(HTTPD) : rules.with(regex.replace("\"\"", "\""), listed.group(2));
            listed.region(listed.end(), listed.regionEnd());
        }
        return rules;
    }

    /**
     * These rules and one more.
     *
     * @param userAgentRegex a {@link Pattern}
     * @param actions names of {@link ClientAction}, separated by commas or spaces, in any case, {@code -} for {@code _}
     * @throws IllegalArgumentException naming the setting, if the pattern or an action is not valid
     */
    public ClientRules with(String userAgentRegex, String actions) {
        List<Rule> more = new ArrayList<>(rules);
        more.add(new Rule(userAgentRegex, actions(actions)));
        return new ClientRules(more);
    }

    /** These rules and others, in that order. */
    public ClientRules and(ClientRules others) {
        List<Rule> all = new ArrayList<>(rules);
        all.addAll(others.rules);
        return new ClientRules(all);
    }

    /** The actions of all rules that match, none for the empty User-Agent of a request without the field. */
    public Set<ClientAction> match(String userAgent) {
        if (rules.isEmpty() || userAgent.isEmpty()) {
            return Set.of();
        }
        Set<ClientAction> actions = EnumSet.noneOf(ClientAction.class);
        for (Rule rule : rules) {
            if (rule.userAgent.isFoundIn(userAgent)) {
                actions.addAll(rule.actions);
            }
        }
        return actions;
    }

    private static MeteredPattern pattern(String regex) {
        Check.that(regex != null, "clientRules", "null", "a regular expression");
        try {
            return new MeteredPattern(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "clientRules: " + regex + " (expected: a regular expression; " + e.getDescription() + ")", e);
        }
    }

    private static Set<ClientAction> actions(String names) {
        Check.that(names != null, "clientRules", "null", ANY_ACTION);
        Set<ClientAction> actions = EnumSet.noneOf(ClientAction.class);
        for (String name : names.split("[,\\s]+", -1)) {
            if (!name.isEmpty()) {
                actions.add(action(name));
            }
        }
        return actions;
    }

    private static ClientAction action(String name) {
        String constant = name.toUpperCase(Locale.ROOT).replace('-', '_');
        for (ClientAction action : ClientAction.values()) {
            if (action.name().equals(constant)) {
                return action;
            }
        }
        throw new IllegalArgumentException("clientRules: " + name + " (expected: " + ANY_ACTION + ")");
    }

    /** The list in the form that {@link #parse} reads. */
    @Override
    public String toString() {
        return rules.stream().map(Rule::toString).collect(Collectors.joining("; "));
    }
}
