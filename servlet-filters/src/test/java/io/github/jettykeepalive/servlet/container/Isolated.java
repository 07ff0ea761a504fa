package io.github.jettykeepalive.servlet.container;

import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Classes that see the JDK and each other, but not the tests: a server as it stands on a machine of its own. Four of
 * them, with three different Servlet APIs, fit into one JVM this way.
 */
final class Isolated implements AutoCloseable {
    private static final Map<Class<?>, Class<?>> BOXES =
            Map.of(int.class, Integer.class, long.class, Long.class, boolean.class, Boolean.class);

    private final URLClassLoader loader;

    Isolated(List<URL> classPath) {
        this.loader = new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    ClassLoader loader() {
        return loader;
    }

    /** What a server does in here it does with its own loader as the thread's. */
    interface Task<T extends @Nullable Object> {
        T run() throws Exception;
    }

    <T extends @Nullable Object> T inside(Task<T> task) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return task.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    Class<?> load(String className) throws ClassNotFoundException {
        return loader.loadClass(className);
    }

    Object create(String className, Object... args) throws Exception {
        var constructor = find(load(className).getConstructors(), className, args);
        return unwrapping(() -> constructor.newInstance(args));
    }

    Object callStatic(String className, String name, Object... args) throws Exception {
        return call(load(className), null, name, args);
    }

    static Object call(Object target, String name, Object... args) throws Exception {
        return call(target.getClass(), target, name, args);
    }

    private static Object call(Class<?> type, @Nullable Object target, String name, Object... args) throws Exception {
        Method[] named = Arrays.stream(type.getMethods())
                .filter(method -> method.getName().equals(name))
                .toArray(Method[]::new);
        Method method = find(named, name, args);
        return unwrapping(() -> method.invoke(target, args));
    }

    private static <E extends Executable> E find(E[] candidates, String name, Object... args) throws Exception {
        return Arrays.stream(candidates)
                .filter(candidate -> accepts(candidate.getParameterTypes(), args))
                .findFirst()
                .orElseThrow(() -> new NoSuchMethodException(name + Arrays.toString(args)));
    }

    private static boolean accepts(Class<?>[] types, Object... args) {
        if (types.length != args.length) {
            return false;
        }
        for (int i = 0; i < args.length; i++) {
            if (!BOXES.getOrDefault(types[i], types[i]).isInstance(args[i])) {
                return false;
            }
        }
        return true;
    }

    private static <T extends @Nullable Object> T unwrapping(Task<T> task) throws Exception {
        try {
            return task.run();
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
