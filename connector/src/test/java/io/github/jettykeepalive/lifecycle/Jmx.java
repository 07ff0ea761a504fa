package io.github.jettykeepalive.lifecycle;

import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import org.eclipse.jetty.jmx.MBeanContainer;
import org.eclipse.jetty.server.HttpConnectionFactory;

/** A console that changes the settings of one factory by their names. */
final class Jmx {
    /** One for all: what a bean can do is found out once. */
    private static final MBeanContainer CONTAINER = new MBeanContainer(MBeanServerFactory.newMBeanServer());

    private final MBeanServer beans = CONTAINER.getMBeanServer();
    private final ObjectName name;

    Jmx(HttpConnectionFactory factory) {
        CONTAINER.beanAdded(null, factory);
        name = CONTAINER.findMBean(factory);
    }

    /** Sets it, or throws what the setter does. */
    void set(String setting, Object value) throws JMException {
        try {
            beans.setAttribute(name, new Attribute(setting, value));
        } catch (RuntimeMBeanException refused) {
            throw refused.getTargetException();
        }
    }

    Object get(String setting) throws JMException {
        return beans.getAttribute(name, setting);
    }
}
