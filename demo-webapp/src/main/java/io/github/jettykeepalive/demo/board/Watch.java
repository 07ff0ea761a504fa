package io.github.jettykeepalive.demo.board;

import java.util.List;
import java.util.Map;

/** Looks at the connections of this server, and turns its knobs. */
public interface Watch {
    /** There is nothing to look at: the server has no such connector. */
    Watch NOTHING = new Watch() {
        @Override
        public Census census(int most) {
            return new Census(List.of(), Map.of(), Map.of(), new Census.Controls(false, 0, 0, false));
        }

        @Override
        public void change(int maxRequests, long keepAliveTimeout) {}

        @Override
        public void drain(long spreadMillis) {}

        @Override
        public void resume() {}
    };

    /** Who is there, and what became of the others. */
    Census census(int most);

    /** Changes the limits of the running server; an {@link IllegalArgumentException} says what is wrong. */
    void change(int maxRequests, long keepAliveTimeout);

    /** From now every response says close, and idle connections leave within the window. */
    void drain(long spreadMillis);

    /** Back to normal. */
    void resume();
}
