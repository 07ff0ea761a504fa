package io.github.jettykeepalive.demo;

import io.github.jettykeepalive.demo.embedded.LabConfig;
import io.github.jettykeepalive.demo.embedded.LabServers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A lab that runs while the tests of a class do. */
abstract class RunningLab {
    protected static LabServers servers;
    protected static LabClient lab;

    @BeforeAll
    static void start() throws Exception {
        servers = new LabServers(LabConfig.anyPorts()).start();
        lab = new LabClient(servers.port());
    }

    @AfterAll
    static void stop() throws Exception {
        servers.close();
    }
}
