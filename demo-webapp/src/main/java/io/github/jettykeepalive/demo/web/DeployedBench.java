package io.github.jettykeepalive.demo.web;

import io.github.jettykeepalive.demo.lab.Addresses;
import io.github.jettykeepalive.demo.lab.Bench;
import io.github.jettykeepalive.demo.lab.NotHereException;
import io.github.jettykeepalive.demo.lab.Setup;
import io.github.jettykeepalive.demo.lab.Side;
import io.github.jettykeepalive.demo.lab.Target;

/** The one server that the WAR is deployed in. */
final class DeployedBench implements Bench {
    @Override
    public Target open(Side side, Setup setup) throws NotHereException {
        throw new NotHereException("This needs the embedded servers: run mvn -Pdemo.");
    }

    @Override
    public Addresses addresses() {
        return new Addresses("127.0.0.1:8080", "127.0.0.1:8080", "");
    }
}
