package io.github.jettykeepalive.testing;

import java.io.IOException;
import java.io.InputStream;

/** Loads some of our classes anew, from the same files as its parent: to change them on the way, or to see which are needed. */
public abstract class ReloadingLoader extends ClassLoader {
    protected final String prefix;

    /** @param prefix of the names of classes that are loaded anew; all others are the parent's */
    protected ReloadingLoader(String prefix) {
        super(ReloadingLoader.class.getClassLoader());
        this.prefix = prefix;
    }

    @Override
    protected final Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(prefix)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> before = findLoadedClass(name);
            return before == null ? findClass(name) : before;
        }
    }

    @Override
    protected final Class<?> findClass(String name) throws ClassNotFoundException {
        try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (file == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] code = code(name, file);
            return defineClass(name, code, 0, code.length);
        } catch (IOException x) {
            throw new ClassNotFoundException(name, x);
        }
    }

    /** The code of a class that is about to be defined. */
    protected abstract byte[] code(String name, InputStream file) throws IOException;
}
