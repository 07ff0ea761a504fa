package io.github.jettykeepalive.demo.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.util.ajax.JSON;
import org.junit.jupiter.api.Test;

class JsonTest {
    /** Any record. */
    public record Pair(String left, Object right) {}

    @Test
    void writesWhatThereIs() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("text", "a \"quote\", a \\ and a\nline");
        map.put("number", 1.5);
        map.put("nothing", null);
        map.put("list", Arrays.asList(1, true, null));
        map.put("record", new Pair("l", List.of()));

        assertThat(Json.write(map))
                .isEqualTo("{\"text\":\"a \\\"quote\\\", a \\\\ and a\\u000aline\",\"number\":1.5,\"nothing\":null,"
                        + "\"list\":[1,true,null],\"record\":{\"left\":\"l\",\"right\":[]}}");
    }

    @Test
    void isReadBackByAnotherLibrary() {
        String text = "<script>& \u2028 \u0001 ü 😀 \" \\";

        String json = Json.write(Map.of("text", text));

        assertThat(json).doesNotContain("<", ">", "&", "\u2028");
        assertThat(((Map<?, ?>) new JSON().fromJSON(json)).get("text")).isEqualTo(text);
    }
}
