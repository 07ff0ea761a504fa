package io.github.jettykeepalive;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The module, its XML and the factory speak of the same settings, by the same names, with the same defaults. */
class ModuleFilesTest {
    private static final Path MODULE = Path.of("src/main/config/modules/keep-alive.mod");
    private static final Path XML = Path.of("src/main/config/etc/jetty-keep-alive.xml");
    private static final Pattern PROPERTY = Pattern.compile("^# jetty\\.keepAlive\\.(\\w+)=(.*)$", Pattern.MULTILINE);

    @Test
    void moduleHasEachSettingAtItsDefault() throws Exception {
        assertThat(propertiesOfModule()).isEqualTo(defaults());
    }

    @Test
    void xmlSetsExactlyTheSettings() throws Exception {
        String xml = Files.readString(XML);
        List<String> set = find(Pattern.compile("<Set name=\"(\\w+)\""), xml);
        List<String> properties = find(Pattern.compile("jetty\\.keepAlive\\.(\\w+)"), xml);

        assertThat(set).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(setters());
        assertThat(properties).isEqualTo(set);
    }

    @Test
    void whatXmlRepeatsIsTheDefault() throws Exception {
        Matcher repeated = Pattern.compile("name=\"jetty\\.keepAlive\\.(\\w+)\" default=\"(.*?)\"")
                .matcher(Files.readString(XML));
        Map<String, String> defaults = defaults();
        while (repeated.find()) {
            assertThat(repeated.group(2)).as(repeated.group(1)).isEqualTo(defaults.get(repeated.group(1)));
        }
    }

    @Test
    void everyPropertyIsExplainedByTheLinesAboveIt() throws IOException {
        List<String> lines = Files.readAllLines(MODULE);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("# jetty.")) {
                assertThat(lines.get(i - 1)).as(lines.get(i)).startsWith("## ");
            }
        }
    }

    @Test
    void everyTimeSaysItsUnit() throws Exception {
        Map<String, Class<?>> types = settings().collect(toMap(ModuleFilesTest::name, m -> m.getParameterTypes()[0]));
        List<String> lines = Files.readAllLines(MODULE);
        for (int i = 0; i < lines.size(); i++) {
            Matcher property = PROPERTY.matcher(lines.get(i));
            if (property.matches() && types.get(property.group(1)) == long.class) {
                assertThat(explanation(lines, i)).as(lines.get(i)).containsPattern("in (milliseconds|bytes)");
            }
        }
    }

    private static String explanation(List<String> lines, int property) {
        int first = property;
        while (lines.get(first - 1).startsWith("## ")) {
            first--;
        }
        return String.join("\n", lines.subList(first, property));
    }

    private static Map<String, String> propertiesOfModule() throws IOException {
        Map<String, String> properties = new TreeMap<>();
        Matcher matcher = PROPERTY.matcher(Files.readString(MODULE));
        while (matcher.find()) {
            assertThat(properties.put(matcher.group(1), matcher.group(2)))
                    .as(matcher.group())
                    .isNull();
        }
        return properties;
    }

    private static Map<String, String> defaults() throws ReflectiveOperationException {
        KeepAliveConnectionFactory factory = new KeepAliveConnectionFactory();
        Map<String, String> defaults = new TreeMap<>();
        for (Method setter : settings().toList()) {
            String prefix = setter.getParameterTypes()[0] == boolean.class ? "is" : "get";
            Method getter = factory.getClass().getMethod(setter.getName().replaceFirst("set", prefix));
            defaults.put(name(setter), String.valueOf(getter.invoke(factory)));
        }
        return defaults;
    }

    private static Set<String> setters() {
        Set<String> names = new TreeSet<>();
        settings().map(ModuleFilesTest::name).forEach(names::add);
        return names;
    }

    /** The setters that are ours; the others are Jetty's. */
    private static Stream<Method> settings() {
        return Stream.of(AbstractKeepAliveConnectionFactory.class, KeepAliveConnectionFactory.class)
                .flatMap(type -> Stream.of(type.getDeclaredMethods()))
                .filter(method -> method.getName().startsWith("set") && method.getParameterCount() == 1);
    }

    private static String name(Method setter) {
        return setter.getName().substring(3, 4).toLowerCase(Locale.ROOT)
                + setter.getName().substring(4);
    }

    private static List<String> find(Pattern pattern, String text) {
        List<String> found = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }
}
