package io.github.jettykeepalive.servlet;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** Objects of large interfaces, of which a test needs a few methods. */
final class Fakes {
    private Fakes() {}

    /**
     * Makes one whose methods are the public ones of the object that have the same name and parameters. A method that
     * the object does not have fails the test.
     */
    static <T> T of(Class<T> type, Object methods) {
        InvocationHandler handler = (proxy, method, arguments) -> call(methods, method, arguments);
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object call(Object methods, Method method, Object @Nullable [] arguments)
            throws Throwable {
        try {
            Method own = methods.getClass().getMethod(method.getName(), method.getParameterTypes());
            own.setAccessible(true);
            return own.invoke(methods, arguments);
        } catch (NoSuchMethodException e) {
            throw new AssertionError("not faked: " + method, e);
        } catch (java.lang.reflect.InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
