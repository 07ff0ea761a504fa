package io.github.jettykeepalive.servlet.webapp;

import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;

/** Sends back what it gets. */
@ServerEndpoint("/hop/socket")
public class EchoSocket {
    @OnMessage
    public String echo(String text) {
        return "echo " + text;
    }
}
