package io.github.jettykeepalive.jmx;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.policy.KeepAliveHeaderMode;
import org.eclipse.jetty.jmx.ObjectMBean;
import org.eclipse.jetty.util.annotation.ManagedAttribute;
import org.eclipse.jetty.util.annotation.ManagedObject;

/** Shows the one setting that is neither number nor text as text: a console does not have the enum's class. */
@ManagedObject
public class KeepAliveConnectionFactoryMBean extends ObjectMBean {

    /**
     * Made by {@code MBeanContainer}.
     *
     * @param managedObject the {@link KeepAliveConnectionFactory}
     */
    public KeepAliveConnectionFactoryMBean(Object managedObject) {
        super(managedObject);
    }

    /** A {@link KeepAliveHeaderMode} by name. */
    @ManagedAttribute(value = "Who gets a Keep-Alive field: ON_REQUEST, ALWAYS or NEVER", proxied = true)
    public String getKeepAliveHeader() {
        return factory().getKeepAliveHeader().name();
    }

    /** As {@link KeepAliveConnectionFactory#setKeepAliveHeader}; an {@link IllegalArgumentException} names the choices. */
    public void setKeepAliveHeader(String keepAliveHeader) {
        factory().setKeepAliveHeader(KeepAliveHeaderMode.parse(keepAliveHeader));
    }

    private KeepAliveConnectionFactory factory() {
        return (KeepAliveConnectionFactory) getManagedObject();
    }
}
