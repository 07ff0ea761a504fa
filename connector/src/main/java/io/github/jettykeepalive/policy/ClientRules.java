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

/**
 * Rules for clients that are known to mishandle persistent connections, by their User-Agent.
 *
 * @param rules tried in order; every one that matches adds its actions
 */
public record ClientRules(List<Rule> rules) {
    /** No rule. */
    public static final ClientRules NONE = new ClientRules(List.of());

    /** The clients that Apache httpd ships rules for, and what it does to them. */
    public static final ClientRules HTTPD = NONE.with("Mozilla/2", "NO_KEEP_ALIVE")
            .with("MSIE 4\\.0b2;", "NO_KEEP_ALIVE, FORCE_RESPONSE_1_0")
            .with("RealPlayer 4\\.0", "FORCE_RESPONSE_1_0")
            .with("Java/1\\.0", "FORCE_RESPONSE_1_0")
            .with("JDK/1\\.0", "FORCE_RESPONSE_1_0");

    /**
     * Patterns see no more of a User-Agent than this many characters: real ones are shorter, and a hostile one must not
     * buy time with its length.
     */
    public static final int LONGEST_USER_AGENT = 256;

    /** One of a list: a quoted regular expression and its actions, or the name of httpd's rules. */
    private static final Pattern LISTED = Pattern.compile("\\s*(?:\"([^\"]*)\"([^\";]*)|httpd\\s*)(?:;\\s*|$)");

    /**
     * One rule.
     *
     * @param userAgent found anywhere in the field value, case matters unless the pattern says otherwise
     * @param actions what happens, at least one
     */
    public record Rule(Pattern userAgent, Set<ClientAction> actions) {
        public Rule {
            Check.that(!actions.isEmpty(), "clientRules", userAgent, "at least one action");
            actions = Set.copyOf(actions);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Rule that
                    && userAgent.pattern().equals(that.userAgent.pattern())
                    && userAgent.flags() == that.userAgent.flags()
                    && actions.equals(that.actions);
        }

        @Override
        public int hashCode() {
            return userAgent.pattern().hashCode() * 31 + actions.hashCode();
        }

        @Override
        public String toString() {
            String names = actions.stream().sorted().map(Enum::name).collect(Collectors.joining(","));
            return '"' + userAgent.pattern().replace("\"", "\\x22") + "\" " + names;
        }
    }

    public ClientRules {
        rules = List.copyOf(rules);
    }

    /**
     * Reads rules as httpd's {@code BrowserMatch} has them, separated by semicolons, each a {@link Pattern} in double
     * quotes and its actions; the word {@code httpd} stands for {@link #HTTPD}: {@code httpd; "OldBot/1\." NO_KEEP_ALIVE}.
     *
     * @param list may be empty; a double quote inside a pattern is written <code>&#92;x22</code>
     * @throws IllegalArgumentException naming the setting, if it is anything else
     */
    public static ClientRules parse(String list) {
        ClientRules rules = NONE;
        Matcher listed = LISTED.matcher(list.strip());
        while (listed.regionStart() < listed.regionEnd()) {
            Check.that(listed.lookingAt(), "clientRules", list, "\"regex\" actions, or httpd, separated by ;");
            rules = listed.group(1) == null ? rules.and(HTTPD) : rules.with(listed.group(1), listed.group(2));
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
        more.add(new Rule(pattern(userAgentRegex), actions(actions)));
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
        String bounded = userAgent.substring(0, Math.min(userAgent.length(), LONGEST_USER_AGENT));
        Set<ClientAction> actions = EnumSet.noneOf(ClientAction.class);
        for (Rule rule : rules) {
            if (rule.userAgent.matcher(bounded).find()) {
                actions.addAll(rule.actions);
            }
        }
        return actions;
    }

    private static Pattern pattern(String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "clientRules: " + regex + " (expected: a regular expression; " + e.getDescription() + ")", e);
        }
    }

    private static Set<ClientAction> actions(String names) {
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
        throw new IllegalArgumentException("clientRules: " + name + " (expected: one of "
                + String.join(
                        ", ",
                        List.of(ClientAction.values()).stream().map(Enum::name).toList()) + ")");
    }

    /** The list in the form that {@link #parse} reads. */
    @Override
    public String toString() {
        return rules.stream().map(Rule::toString).collect(Collectors.joining("; "));
    }
}
