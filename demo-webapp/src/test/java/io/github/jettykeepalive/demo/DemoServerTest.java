package io.github.jettykeepalive.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The program that {@code mvn -Pdemo} runs. */
class DemoServerTest {
    private static Process start(String... properties) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(properties));
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), "io.github.jettykeepalive.demo.DemoServer"));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    @Test
    void saysWhereItIsAndWhatToTryAndStopsWhenAsked() throws Exception {
        Process process = start("-Dport=0", "-DstockPort=0", "-DtlsPort=0");
        try (BufferedReader out = output(process)) {
            List<String> lines = new ArrayList<>();
            for (String line = out.readLine(); line != null && !line.contains("Ctrl-C"); line = out.readLine()) {
                lines.add(line);
            }
            assertThat(String.join("\n", lines)).contains("http://127.0.0.1:", "https://127.0.0.1:", "curl ");

            process.destroy();

            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aTakenPortIsOneClearLine() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process process = start("-DstockPort=0", "-DtlsPort=0", "-Dport=" + taken.getLocalPort());
            try (BufferedReader out = output(process)) {
                assertThat(out.lines().toList())
                        .singleElement()
                        .satisfies(line -> assertThat(line).contains(":" + taken.getLocalPort(), "-Dport"));
            }
            assertThat(process.waitFor()).isEqualTo(1);
        }
    }

    @Test
    void aBadPortIsOneClearLine() throws Exception {
        Process process = start("-Dport=99999");
        try (BufferedReader out = output(process)) {
            assertThat(out.lines()).containsExactly("port: 99999 (expected: 0 to 65535)");
        }
        assertThat(process.waitFor()).isEqualTo(1);
    }
}
