package io.github.jettykeepalive.demo.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LaboratoryTest {
    @Test
    void anExperimentThatHangsIsEndedByItsTimeLimit() throws Exception {
        try (var laboratory = new Laboratory(new NoBench(), 200);
                var silent = new ServerSocket(0)) {
            Trial hang = run -> {
                var socket = run.keep(new Socket(InetAddress.getLoopbackAddress(), silent.getLocalPort()));
                socket.getInputStream().read();
                return new Result("never", List.of());
            };

            assertThatExceptionOfType(Laboratory.TimeLimitException.class)
                    .isThrownBy(() -> laboratory.run(hang, none()))
                    .withMessage("stopped after 0.2 s");
            Trial fine = run -> new Result("fine", List.of());
            assertThat(laboratory.run(fine, none()).verdict()).isEqualTo("fine");
        }
    }

    @Test
    void aServerThatIsNotHereMakesAColumnThatSaysSo() throws Exception {
        try (var laboratory = new Laboratory(new NoBench(), 5000)) {
            Trial trial = run -> new Result("", run.both(Setup.DEFAULT, (target, recorder) -> {
                throw new AssertionError("there is no target");
            }));

            assertThat(laboratory.run(trial, none()).columns())
                    .extracting(Column::mood)
                    .containsExactly(Mood.MISSING, Mood.MISSING);
        }
    }

    private static Parameters none() {
        return Parameters.of(List.of(), Map.of());
    }

    private record NoBench() implements Bench {
        @Override
        public Target open(Side side, Setup setup) throws IOException {
            throw new NotHereException("nowhere");
        }

        @Override
        public Addresses addresses() {
            return new Addresses("127.0.0.1:1", "127.0.0.1:2", "");
        }
    }

    /** An experiment that only runs. */
    @FunctionalInterface
    private interface Trial extends Experiment {
        @Override
        default String name() {
            return "trial";
        }

        @Override
        default String title() {
            return "Trial";
        }

        @Override
        default String story() {
            return "";
        }

        @Override
        default List<Parameter> parameters() {
            return List.of();
        }

        @Override
        default List<String> reproduce(Parameters parameters, Addresses addresses) {
            return List.of();
        }
    }
}
