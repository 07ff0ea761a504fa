package io.github.jettykeepalive.policy;

import java.util.function.Consumer;

/** An exchange that is what its test says it is; by default one after which the connection is kept. */
final class FakeExchange implements Exchange {
    boolean http10;
    ConnectionOptions requestOptions = ConnectionOptions.NONE;
    boolean relayed;
    boolean faulty;
    boolean ruledOut;
    boolean bodyLeft;
    int status = 200;
    ConnectionOptions responseOptions = ConnectionOptions.NONE;
    boolean selfDelimited = true;
    boolean persistent = true;
    boolean closeAsked;
    boolean draining;
    boolean shed;
    int served = 1;
    int maxRequests;
    boolean overAge;
    long keepAliveMillis = 30_000;

    /** An HTTP/1.1 exchange. */
    static FakeExchange http11(Consumer<FakeExchange> change) {
        FakeExchange exchange = new FakeExchange();
        change.accept(exchange);
        return exchange;
    }

    /** An exchange with an HTTP/1.0 client that asked for keep-alive. */
    static FakeExchange http10(Consumer<FakeExchange> change) {
        FakeExchange exchange = new FakeExchange();
        exchange.http10 = true;
        exchange.requestOptions = ConnectionOptions.KEEP_ALIVE;
        change.accept(exchange);
        return exchange;
    }

    @Override
    public boolean http10() {
        return http10;
    }

    @Override
    public ConnectionOptions requestOptions() {
        return requestOptions;
    }

    @Override
    public boolean relayed() {
        return relayed;
    }

    @Override
    public boolean faulty() {
        return faulty;
    }

    @Override
    public boolean ruledOut() {
        return ruledOut;
    }

    @Override
    public boolean bodyLeft() {
        return bodyLeft;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public ConnectionOptions responseOptions() {
        return responseOptions;
    }

    @Override
    public boolean selfDelimited() {
        return selfDelimited;
    }

    @Override
    public boolean persistent() {
        return persistent;
    }

    @Override
    public boolean closeAsked() {
        return closeAsked;
    }

    @Override
    public boolean shed() {
        return shed;
    }

    @Override
    public boolean draining() {
        return draining;
    }

    @Override
    public int served() {
        return served;
    }

    @Override
    public int maxRequests() {
        return maxRequests;
    }

    @Override
    public boolean overAge() {
        return overAge;
    }

    @Override
    public long keepAliveMillis() {
        return keepAliveMillis;
    }
}
