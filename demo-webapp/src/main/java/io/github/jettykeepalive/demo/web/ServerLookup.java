package io.github.jettykeepalive.demo.web;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.demo.board.FactoryWatch;
import io.github.jettykeepalive.demo.board.Watch;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the connector's factories from within a deployed WAR. Jetty hides its classes from applications, so the way there,
 * from the request over its connection to the server, is taken by name; wherever it ends, the board just stays empty.
 */
final class ServerLookup {
    private ServerLookup() {}

    static Watch watch(ServletRequest request) {
        try {
            List<KeepAliveConnectionFactory> factories = factories(request);
            return factories.isEmpty() ? Watch.NOTHING : new FactoryWatch(factories);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return Watch.NOTHING;
        }
    }

    private static List<KeepAliveConnectionFactory> factories(ServletRequest request)
            throws ReflectiveOperationException {
        ServletRequest inner = request;
        while (inner instanceof ServletRequestWrapper wrapper) {
            inner = wrapper.getRequest();
        }
        Object server = follow(inner, "getRequest", "getConnectionMetaData", "getConnector", "getServer");
        List<KeepAliveConnectionFactory> found = new ArrayList<>();
        for (Object connector : (Object[]) follow(server, "getConnectors")) {
            for (Object factory : (Collection<?>) follow(connector, "getConnectionFactories")) {
                if (factory instanceof KeepAliveConnectionFactory ours) {
                    found.add(ours);
                }
            }
        }
        return found;
    }

    private static Object follow(Object start, String... getters) throws ReflectiveOperationException {
        Object at = start;
        for (String getter : getters) {
            @Nullable Object next = publicMethod(at.getClass(), getter).invoke(at);
            if (next == null) {
                throw new NoSuchMethodException(getter);
            }
            at = next;
        }
        return at;
    }

    /** As a public class or interface declares it: the object's own class may not be accessible. */
    private static Method publicMethod(Class<?> type, String name) throws NoSuchMethodException {
        for (@Nullable Class<?> at = type; at != null; at = at.getSuperclass()) {
            for (Class<?> declaring : declaring(at)) {
                try {
                    return declaring.getMethod(name);
                } catch (NoSuchMethodException e) {
                    // One of the others has it.
                }
            }
        }
        throw new NoSuchMethodException(name);
    }

    private static List<Class<?>> declaring(Class<?> type) {
        List<Class<?>> types = new ArrayList<>(List.of(type.getInterfaces()));
        if (Modifier.isPublic(type.getModifiers())) {
            types.add(0, type);
        }
        return types;
    }
}
