package io.github.jettykeepalive.bench.peer;

import io.github.jettykeepalive.bench.Console;
import io.github.jettykeepalive.bench.HelloServlet;
import java.nio.file.Files;
import org.apache.catalina.startup.Tomcat;

/** Embedded Tomcat with its default connector. */
public final class TomcatServer {
    private TomcatServer() {}

    public static void main(String[] arguments) throws Exception {
        var tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        var context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "hello", new HelloServlet()).addMapping("/*");
        tomcat.start();
        Console.serve(tomcat.getConnector().getLocalPort(), 0);
    }
}
