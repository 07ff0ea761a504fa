package io.github.jettykeepalive.demo.web;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes maps, collections, records, enums, numbers and text as JSON; nothing else is needed here. */
public final class Json {
    private final StringBuilder out = new StringBuilder();

    private Json() {}

    /** The value as one line of JSON, safe within HTML too: no {@code <}. */
    public static String write(@Nullable Object value) {
        Json json = new Json();
        json.append(value);
        return json.out.toString();
    }

    private void append(@Nullable Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof Map<?, ?> map) {
            appendMap(map);
        } else if (value instanceof Collection<?> collection) {
            appendAll(collection);
        } else if (value instanceof Record entry) {
            appendRecord(entry);
        } else {
            appendText(value.toString());
        }
    }

    private void appendMap(Map<?, ?> map) {
        out.append('{');
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            appendMember(String.valueOf(entry.getKey()), entry.getValue());
        }
        out.append('}');
    }

    private void appendRecord(Record value) {
        out.append('{');
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            try {
                appendMember(component.getName(), component.getAccessor().invoke(value));
            } catch (ReflectiveOperationException e) {
                throw new IllegalArgumentException("not a public record: " + value.getClass(), e);
            }
        }
        out.append('}');
    }

    private void appendMember(String name, @Nullable Object value) {
        if (out.charAt(out.length() - 1) != '{') {
            out.append(',');
        }
        appendText(name);
        out.append(':');
        append(value);
    }

    private void appendAll(Collection<?> values) {
        out.append('[');
        for (Iterator<?> iterator = values.iterator(); iterator.hasNext(); ) {
            append(iterator.next());
            if (iterator.hasNext()) {
                out.append(',');
            }
        }
        out.append(']');
    }

    private void appendText(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029') {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
