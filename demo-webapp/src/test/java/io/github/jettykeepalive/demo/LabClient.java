package io.github.jettykeepalive.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.util.ajax.JSON;

/** A script that uses the lab. */
final class LabClient {
    private final String base;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    LabClient(int port) {
        base = "http://127.0.0.1:" + port;
    }

    HttpResponse<String> get(String path, String... fields) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(base + path)).GET(), fields);
    }

    HttpResponse<String> post(String path, String... fields) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(base + path)).POST(HttpRequest.BodyPublishers.noBody()), fields);
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String... fields)
            throws IOException, InterruptedException {
        if (fields.length > 0) {
            request.headers(fields);
        }
        return http.send(request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Runs an experiment, and expects it to run. */
    Outcome run(String nameAndQuery) throws IOException, InterruptedException {
        int query = nameAndQuery.indexOf('?');
        String path = query < 0
                ? nameAndQuery + ".json"
                : nameAndQuery.substring(0, query) + ".json" + nameAndQuery.substring(query);
        HttpResponse<String> response = get("/lab/" + path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new Outcome(parse(response.body()));
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> parse(String json) {
        return (Map<String, Object>) new JSON().fromJSON(json);
    }

    /** What a run answered. */
    record Outcome(Map<String, Object> json) {
        String verdict() {
            return (String) json.get("verdict");
        }

        @SuppressWarnings("unchecked")
        List<ColumnView> columns() {
            return Arrays.stream((Object[]) json.get("columns"))
                    .map(column -> new ColumnView((Map<String, Object>) column))
                    .toList();
        }

        ColumnView ours() {
            return columns().get(0);
        }

        ColumnView stock() {
            List<ColumnView> columns = columns();
            return columns.get(columns.size() - 1);
        }
    }

    /** One column of it. */
    record ColumnView(Map<String, Object> json) {
        String mood() {
            return (String) json.get("mood");
        }

        @SuppressWarnings("unchecked")
        Map<String, Object> facts() {
            return (Map<String, Object>) json.get("facts");
        }

        long number(String fact) {
            return ((Number) facts().get(fact)).longValue();
        }

        int lines() {
            return ((Object[]) json.get("transcript")).length;
        }

        int spans() {
            return ((Object[]) json.get("spans")).length;
        }

        @Override
        public String toString() {
            return json.get("verdict") + " " + facts();
        }
    }
}
