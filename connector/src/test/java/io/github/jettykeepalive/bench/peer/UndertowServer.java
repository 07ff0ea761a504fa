package io.github.jettykeepalive.bench.peer;

import io.github.jettykeepalive.bench.Console;
import io.github.jettykeepalive.bench.HelloServlet;
import io.undertow.Undertow;
import io.undertow.servlet.Servlets;
import java.net.InetSocketAddress;

/** Undertow with its default listener. */
public final class UndertowServer {
    private UndertowServer() {}

    public static void main(String[] arguments) throws Exception {
        var deployment = Servlets.deployment()
                .setClassLoader(UndertowServer.class.getClassLoader())
                .setContextPath("/")
                .setDeploymentName("bench")
                .addServlet(Servlets.servlet("hello", HelloServlet.class).addMapping("/*"));
        var manager = Servlets.defaultContainer().addDeployment(deployment);
        manager.deploy();
        var undertow = Undertow.builder()
                .addHttpListener(0, "127.0.0.1", manager.start())
                .build();
        undertow.start();
        var address = (InetSocketAddress) undertow.getListenerInfo().get(0).getAddress();
        Console.serve(address.getPort(), 0);
    }
}
