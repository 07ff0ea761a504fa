package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.ClientAction;
import io.github.jettykeepalive.policy.ConnectionOptions;
import io.github.jettykeepalive.policy.KeepAliveHeader;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * What the header of a connection's current request says about the connection. Each connection has one and reads every
 * request into it: they come one after the other, and nothing needs to be made for them.
 */
final class RequestHead {
    private boolean http10;
    private ConnectionOptions options = ConnectionOptions.NONE;
    private KeepAliveHeader keepAlive = KeepAliveHeader.EMPTY;
    private Set<ClientAction> actions = Set.of();
    private boolean ruled;
    private boolean framedAsHttp10;
    private boolean via;
    private boolean proxyConnection;
    private boolean transferEncoding;
    private boolean expectsContinue;
    private boolean asked;

    /** What the rules said of the latest User-Agent: one client seldom changes it between two requests. */
    private String judged = "";

    private @Nullable Rules judge;

    /** Forgets the request before. */
    void read(Request request, Rules rules) {
        http10 = request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_0;
        options = ConnectionOptions.NONE;
        keepAlive = KeepAliveHeader.EMPTY;
        via = false;
        proxyConnection = false;
        transferEncoding = false;
        expectsContinue = false;
        asked = false;
        String userAgent = "";
        for (HttpField field : request.getHeaders()) {
            HttpHeader header = field.getHeader();
            if (header == null) {
                continue;
            }
            switch (header) {
                case CONNECTION -> options = options.and(ConnectionOptions.parse(text(field)));
                case KEEP_ALIVE -> keepAlive = KeepAliveHeader.parse(text(field));
                case VIA -> via = true;
                case PROXY_CONNECTION -> proxyConnection = true;
                case TRANSFER_ENCODING -> transferEncoding = true;
                case EXPECT -> expectsContinue = true;
                case USER_AGENT -> userAgent = text(field);
                default -> {}
            }
        }
        // A relay hides the client.
        ruled = rules.clientRules && !via;
        if (ruled && (judge != rules || !judged.equals(userAgent))) {
            actions = rules.policy.clientRules().match(userAgent);
            judged = userAgent;
            judge = rules;
        }
        framedAsHttp10 = http10 || has(ClientAction.DOWNGRADE_1_0) || has(ClientAction.FORCE_RESPONSE_1_0);
    }

    private static String text(HttpField field) {
        String value = field.getValue();
        return value == null ? "" : value;
    }

    boolean isHttp10() {
        return http10;
    }

    /** Whether this is to be answered as HTTP/1.0 requests are, because it is one or a rule says so. */
    boolean isFramedAsHttp10() {
        return framedAsHttp10;
    }

    ConnectionOptions options() {
        return options;
    }

    KeepAliveHeader keepAlive() {
        return keepAlive;
    }

    boolean has(ClientAction action) {
        return ruled && actions.contains(action);
    }

    boolean isRelayed() {
        return via || proxyConnection;
    }

    boolean hasTransferEncoding() {
        return transferEncoding;
    }

    boolean expectsContinue() {
        return expectsContinue;
    }

    /** The application has set one of our attributes. */
    void asked() {
        asked = true;
    }

    /** Whether there are attributes to look up; there are none for most requests. */
    boolean isAsked() {
        return asked;
    }
}
