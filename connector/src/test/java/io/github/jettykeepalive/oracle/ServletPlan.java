package io.github.jettykeepalive.oracle;

import java.util.ArrayList;
import java.util.List;

/** What a servlet may do with a request. */
final class ServletPlan {
    private final Dice dice;
    private final RequestPlan request;
    private final List<Step> steps = new ArrayList<>();
    private boolean async;
    private boolean elsewhere;

    ServletPlan(Dice dice, RequestPlan request) {
        this.dice = dice;
        this.request = request;
    }

    List<Step> steps() {
        for (int i = dice.one(0, 0, 1, 1, 2); i > 0; i--) {
            prepare();
        }
        for (int i = dice.one(0, 1, 1, 2, 2, 3, 4); i > 0; i--) {
            work();
            if (dice.percent(20)) {
                goElsewhere();
            }
        }
        finish();
        return steps;
    }

    private void prepare() {
        steps.add(
                switch (dice.below(8)) {
                    case 0, 1 -> new ServletStep.Status(dice.one(200, 201, 204, 304, 404, 500));
                    case 2, 3 -> new ServletStep.Field("Connection", dice.one("close", "close", "keep-alive", "foo"));
                    case 4 -> new ServletStep.Length(dice.one(0, 10, 100));
                    case 5 -> new ServletStep.Trailers();
                    case 6 -> attribute();
                    default -> new ServletStep.Field(dice.one("Keep-Alive", "X-Own"), "timeout=99");
                });
    }

    private ServletStep attribute() {
        return switch (dice.below(4)) {
            case 0 -> new ServletStep.Attribute("close", Boolean.TRUE);
            case 1 -> new ServletStep.Attribute("maxRequests", dice.one(1, 2));
            default -> new ServletStep.Attribute("keepAliveTimeout", dice.one(100L, 5000L, 0L));
        };
    }

    private void work() {
        int kind = dice.below(request.hasContent() ? 100 : 55);
        if (kind < 25) {
            steps.add(new ServletStep.Write(dice.one(1, 10, 10, 100, 4000, 40_000, 300_000)));
        } else if (kind < 32) {
            steps.add(new ServletStep.Flush());
        } else if (kind < 39) {
            steps.add(new ServletStep.CloseOutput());
            if (dice.percent(30)) {
                steps.add(attribute());
            }
        } else if (kind < 43) {
            steps.add(new ServletStep.SendError(dice.one(404, 413, 503)));
        } else if (kind < 46) {
            steps.add(new ServletStep.Look());
        } else if (kind < 49) {
            steps.add(attribute());
        } else if (kind < 51) {
            steps.add(new ServletStep.ResetResponse());
        } else if (kind < 53) {
            steps.add(new ServletStep.Redirect());
        } else {
            read();
        }
    }

    private void read() {
        switch (dice.below(6)) {
            case 0, 1 -> steps.add(new ServletStep.ReadBytes(dice.one(1, 10, Math.max(1, request.length()))));
            case 2 -> steps.add(new ServletStep.Parameters());
            case 3 -> {
                if (async) {
                    steps.add(new ServletStep.Listen());
                    elsewhere = true;
                } else {
                    steps.add(new ServletStep.ReadAll());
                }
            }
            default -> steps.add(new ServletStep.ReadAll());
        }
    }

    private void goElsewhere() {
        if (!async && dice.percent(30)) {
            steps.add(dice.percent(50) ? new ServletStep.Forward() : new ServletStep.Include());
        } else if (!async) {
            steps.add(new ServletStep.StartAsync());
            async = true;
            if (dice.percent(50)) {
                steps.add(new ServletStep.Hop());
                elsewhere = true;
            } else if (dice.percent(40)) {
                steps.add(
                        dice.percent(60)
                                ? new ServletStep.Listen()
                                : new ServletStep.WriteWhenReady(dice.one(10, 40_000)));
                elsewhere = true;
            }
        } else {
            steps.add(new ServletStep.Dispatch());
            async = false;
            elsewhere = false;
        }
    }

    private void finish() {
        if (async) {
            int kind = dice.below(10);
            if (kind < 7) {
                steps.add(new ServletStep.CompleteAsync());
            } else if (kind < 9) {
                steps.add(new ServletStep.Dispatch());
            }
        }
        if (!elsewhere && dice.percent(10)) {
            steps.add(new ServletStep.Throw());
        }
    }
}
