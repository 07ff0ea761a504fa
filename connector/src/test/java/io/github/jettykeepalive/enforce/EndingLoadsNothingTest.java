package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.RecordingLoader;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * A server that is out of file descriptors cannot load a class. To end connections is what it needs then, so what that takes
 * is loaded when the manager is made.
 */
class EndingLoadsNothingTest {
    @Test
    @SuppressWarnings("unchecked") // it is one, in a loader of its own
    void noClassIsLoadedWhenConnectionsEnd() throws Exception {
        var loader = new RecordingLoader();
        Constructor<?> scene = loader.loadClass(Scene.class.getName()).getDeclaredConstructor();
        scene.setAccessible(true);
        Runnable ends = ((Supplier<Runnable>) scene.newInstance()).get();
        List<String> before = loader.loaded();
        ends.run();

        assertThat(before).contains(ManagedConnection.class.getName());
        assertThat(loader.loaded().subList(before.size(), loader.loaded().size()))
                .isEmpty();
    }

    /** Connections that are about to end, each in its own way. */
    static final class Scene implements Supplier<Runnable> {
        @Override
        public Runnable get() {
            // As the factory does when it starts.
            ConnectionManager.prepare();
            var stage = new Stage(Stage.POLICY);
            var idle = stage.acceptIdle();
            var slow = stage.accept();
            slow.receive("GET / HT");
            slow.await();
            var silent = stage.acceptIdle();
            return () -> {
                stage.advance(60_000);
                idle.wire.arrive("late").arriveFin().select();
                slow.wire.arriveFin().select();
                stage.advance(60_000);
                require(!silent.wire.isOpen() && stage.ledger.getOpen() == 0);
            };
        }

        /** No other library is to have a part in this. */
        private static void require(boolean holds) {
            if (!holds) {
                throw new AssertionError();
            }
        }
    }
}
