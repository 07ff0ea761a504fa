package io.github.jettykeepalive.oracle;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import java.util.function.Consumer;

/**
 * What surrounds an episode.
 *
 * @param loose whether the actors do not wait for each other's turns
 * @param smallBuffers whether the sockets' buffers are small, so that who does not read holds up who writes
 * @param crowd how many clients play the script at once
 */
record Setup(
        Transport transport,
        Settings settings,
        Chain chain,
        Ending ending,
        boolean loose,
        boolean smallBuffers,
        int crowd) {
    enum Transport {
        PLAIN,
        TLS_1_2,
        TLS_1_3,
        PROXY;

        boolean isTls() {
            return this == TLS_1_2 || this == TLS_1_3;
        }
    }

    /** What the server is set to; what is this connector's alone, stock Jetty has none of. */
    enum Settings {
        DEFAULT(factory -> {}),
        /** Requests have virtual threads, with stock Jetty, too; where the JDK has none they have the pool's. */
        VIRTUAL_THREADS(factory -> {}),
        NOT_LINGERING(factory -> factory.setLingeringClose(false)),
        ONE_LINGERS(factory -> factory.setMaxLingering(1)),
        TWO_REQUESTS(factory -> factory.setMaxRequests(2));

        final Consumer<KeepAliveConnectionFactory> apply;

        Settings(Consumer<KeepAliveConnectionFactory> apply) {
            this.apply = apply;
        }
    }

    /** The handlers between the server and the program. */
    enum Chain {
        /** None. */
        BARE,
        /** {@code EventsHandler} and {@code StatisticsHandler}. */
        OBSERVED,
        /** The program is a servlet's. */
        SERVLET
    }

    /** What the client does behind its last turn. */
    enum Ending {
        /** Half-closes and reads to the end. */
        LEAVE,
        /** Reads until the server closes, and leaves its own side open until the server's connection is closed. */
        STAY,
        RESET,
        /** Closes, whatever has not been read. */
        VANISH
    }
}
