package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KeepAliveAttributesTest {
    /** They share no class, so this is what keeps the two sides together. */
    @Test
    void theConnectorUsesTheSameNames() throws Exception {
        Class<?> connectors = Class.forName("io.github.jettykeepalive.enforce.KeepAliveAttributes");
        assertThat(names(connectors)).containsAllEntriesOf(names(KeepAliveAttributes.class));
    }

    private static Map<String, String> names(Class<?> type) throws Exception {
        var names = new TreeMap<String, String>();
        for (var field : Arrays.asList(type.getDeclaredFields())) {
            if (field.getType() == String.class && Modifier.isStatic(field.getModifiers())) {
                field.setAccessible(true);
                names.put(field.getName(), (String) field.get(null));
            }
        }
        return names;
    }
}
