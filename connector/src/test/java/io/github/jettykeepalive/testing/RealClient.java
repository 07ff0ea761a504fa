package io.github.jettykeepalive.testing;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.net.ssl.HttpsURLConnection;

/**
 * Clients people really use, each in the plain way its documentation shows first.
 *
 * <p>The question they answer: does the one who calls the client get to see the status?
 */
public enum RealClient {
    /** Asks {@code Expect: 100-continue} before a body over 1 MiB. */
    CURL("curl"),
    /** Told to send no {@code Expect}. */
    CURL_NO_EXPECT("curl"),
    /** {@code http.client}: sends the whole body before it reads. */
    PYTHON("python3"),
    NODE_FETCH("node"),
    NODE_HTTP("node"),
    JAVA_HTTP_CLIENT("java"),
    /** Sends the whole body before it reads, and repeats a failed POST once without telling: the JDK's default. */
    JAVA_URL_CONNECTION("java");

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Pattern STATUS = Pattern.compile("STATUS ([1-9]\\d\\d)");
    private static final String PYTHON_SCRIPT = """
            import http.client, ssl, sys, urllib.parse
            url, body, pem = sys.argv[1:4]
            parts = urllib.parse.urlsplit(url)
            if parts.scheme == "https":
                context = ssl.create_default_context(cafile=pem)
                connection = http.client.HTTPSConnection(parts.netloc, context=context)
            else:
                connection = http.client.HTTPConnection(parts.netloc)
            with open(body, "rb") as file:
                connection.request("POST", parts.path, body=file.read())
            response = connection.getresponse()
            response.read()
            print("STATUS", response.status)
            """;
    private static final String NODE_FETCH_SCRIPT = """
            const [url, body] = process.argv.slice(1);
            fetch(url, {method: 'POST', body: require('fs').readFileSync(body)})
                .then(async response => {
                    await response.text();
                    console.log('STATUS', response.status);
                })
                .catch(error => {
                    console.log(error.message, error.cause);
                    process.exitCode = 1;
                });
            """;
    private static final String NODE_HTTP_SCRIPT = """
            const [url, body] = process.argv.slice(1);
            const {request} = require(url.startsWith('https') ? 'https' : 'http');
            const outgoing = request(url, {method: 'POST'}, response => {
                response.resume();
                response.on('end', () => console.log('STATUS', response.statusCode));
            });
            outgoing.on('error', error => {
                console.log(error.message);
                process.exitCode = 1;
            });
            const bytes = require('fs').readFileSync(body);
            for (let at = 0; at < bytes.length; at += 65536) {
                outgoing.write(bytes.subarray(at, at + 65536));
            }
            outgoing.end();
            """;

    private final String program;

    RealClient(String program) {
        this.program = program;
    }

    /**
     * What the caller of a client saw.
     *
     * @param answered whether the client ended well, with a status
     * @param status the status it told, 0 if none; a client may know one and still fail
     * @param detail what it said, for a failure message
     */
    public record Result(RealClient client, boolean answered, int status, String detail) {

        /** Whether the caller got this status, and no error. */
        public boolean answered(int expected) {
            return answered && status == expected;
        }
    }

    /** Whether this machine has the client. */
    public boolean available() throws IOException, InterruptedException {
        return isInJvm() || Child.run(PATIENCE, List.of(program, "--version")).exit() == 0;
    }

    /**
     * Posts a body of that size, once, as a client that has no connection yet.
     *
     * @param uri over {@code https} the server's certificate must be that of {@link TestKeys}
     */
    public Result upload(URI uri, int size) throws IOException, InterruptedException {
        return isInJvm() ? uploadInJvm(uri, new byte[size]) : uploadInChild(uri, new byte[size]);
    }

    /** Posts that often, one after the other. */
    public List<Result> upload(URI uri, int size, int times) throws IOException, InterruptedException {
        var results = new ArrayList<Result>();
        for (int i = 0; i < times; i++) {
            results.add(upload(uri, size));
        }
        return results;
    }

    private boolean isInJvm() {
        return program.equals("java");
    }

    private Result uploadInChild(URI uri, byte[] bytes) throws IOException, InterruptedException {
        Path body = Files.createTempFile("upload", ".bin");
        try {
            Files.write(body, bytes);
            var outcome = Child.run(PATIENCE, command(uri, body), environment());
            var matcher = STATUS.matcher(outcome.output());
            int status = matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
            return new Result(this, outcome.exit() == 0 && status > 0, status, outcome.toString());
        } finally {
            Files.delete(body);
        }
    }

    private List<String> command(URI uri, Path body) {
        String url = uri.toString();
        String pem = TestKeys.pemFile().toString();
        return switch (this) {
            case CURL -> curl("--cacert", pem, "--data-binary", "@" + body, url);
            case CURL_NO_EXPECT -> curl("--cacert", pem, "--data-binary", "@" + body, "-H", "Expect:", url);
            case PYTHON -> List.of(program, "-c", PYTHON_SCRIPT, url, body.toString(), pem);
            case NODE_FETCH -> List.of(program, "-e", NODE_FETCH_SCRIPT, url, body.toString());
            case NODE_HTTP -> List.of(program, "-e", NODE_HTTP_SCRIPT, url, body.toString());
            case JAVA_HTTP_CLIENT, JAVA_URL_CONNECTION -> throw new IllegalStateException(this + " is no child");
        };
    }

    private List<String> curl(String... arguments) {
        var command = new ArrayList<>(List.of(program, "-sS", "-o", "/dev/null", "-w", "STATUS %{http_code}\n"));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Map<String, String> environment() {
        return Map.of("no_proxy", "*", "NODE_EXTRA_CA_CERTS", TestKeys.pemFile().toString());
    }

    private Result uploadInJvm(URI uri, byte[] body) throws InterruptedException {
        try {
            int status = this == JAVA_HTTP_CLIENT ? httpClient(uri, body) : urlConnection(uri, body);
            return new Result(this, true, status, "status " + status);
        } catch (IOException x) {
            return new Result(this, false, 0, x.toString());
        }
    }

    private static int httpClient(URI uri, byte[] body) throws IOException, InterruptedException {
        var client =
                HttpClient.newBuilder().sslContext(TestKeys.clientSslContext()).build();
        var request = HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    private static int urlConnection(URI uri, byte[] body) throws IOException {
        var connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
        if (connection instanceof HttpsURLConnection secure) {
            secure.setSSLSocketFactory(TestKeys.clientSslContext().getSocketFactory());
        }
        try {
            connection.setReadTimeout((int) PATIENCE.toMillis());
            connection.setDoOutput(true);
            connection.getOutputStream().write(body);
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }
}
