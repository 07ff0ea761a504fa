package io.github.jettykeepalive.oracle;

import io.github.jettykeepalive.oracle.CoreStep.Wait;
import java.util.ArrayList;
import java.util.List;

/** What a handler may do with a request, in any order that an application could. */
final class ProgramPlan {
    private final Dice dice;
    private final RequestPlan request;
    private final List<Step> steps = new ArrayList<>();

    ProgramPlan(Dice dice, RequestPlan request) {
        this.dice = dice;
        this.request = request;
    }

    /** Whether the exchange may be over with this. */
    static boolean endsTheExchange(Step step) {
        return step instanceof CoreStep.Complete
                || step instanceof CoreStep.Fail
                || step instanceof CoreStep.Throw
                || step instanceof CoreStep.ReturnFalse;
    }

    /** Whether a second thread may do this while the first does the rest. */
    static boolean mayStandAside(Step step) {
        return step instanceof CoreStep.Read
                || step instanceof CoreStep.ReadAvailable
                || step instanceof CoreStep.ReadAll
                || step instanceof CoreStep.Demand
                || step instanceof CoreStep.BlockingRead
                || step instanceof CoreStep.BlockingReadAll;
    }

    /**
     * Whether what follows may be on another thread: behind the completion that would race with the end of the exchange, whereas
     * on the thread of {@code handle} the exchange lasts until that returns.
     */
    private static boolean leavesTheThread(Step step) {
        return step instanceof CoreStep.Hop
                || step instanceof CoreStep.Demand
                || step instanceof CoreStep.ReadAll
                || (step instanceof CoreStep.Write write && write.how() == Wait.CALLBACK);
    }

    List<Step> steps() {
        prepare();
        if (dice.percent(16)) {
            answerFirst();
        }
        for (int i = dice.one(0, 1, 1, 2, 2, 3, 4); i > 0; i--) {
            work();
        }
        boolean elsewhere = steps.stream().anyMatch(ProgramPlan::leavesTheThread);
        finish();
        if (!elsewhere && dice.percent(30)) {
            work();
        }
        length();
        return steps;
    }

    private void prepare() {
        for (int i = dice.one(0, 0, 1, 1, 2, 3); i > 0; i--) {
            switch (dice.below(12)) {
                case 0, 1 -> steps.add(new CoreStep.Status(dice.one(200, 201, 204, 304, 404, 413, 500, 503)));
                case 2, 3, 4 -> steps.add(field());
                case 5 -> steps.add(new CoreStep.Trailers());
                case 6 -> steps.add(new CoreStep.OnFailure());
                case 7 -> steps.add(new CoreStep.OnIdle(dice.percent(60)));
                case 8 -> steps.add(new CoreStep.OnCompletion());
                case 9 -> steps.add(attribute());
                case 10 -> steps.add(new CoreStep.Hop(dice.percent(50)));
                default ->
                    steps.add(
                            dice.percent(70) ? new CoreStep.Interim(dice.one(100, 103)) : new CoreStep.ResetResponse());
            }
        }
    }

    private CoreStep field() {
        return switch (dice.below(8)) {
            case 0, 1, 2 -> new CoreStep.Field("Connection", "close");
            case 3 -> new CoreStep.Field("Connection", "keep-alive");
            case 4 -> new CoreStep.Field("Connection", dice.one("foo", "foo, close", "Close", "upgrade"));
            case 5 -> new CoreStep.Field("Transfer-Encoding", "chunked");
            case 6 -> new CoreStep.Field("Keep-Alive", "timeout=99");
            default -> new CoreStep.Field("X-Own", "value");
        };
    }

    private CoreStep attribute() {
        return switch (dice.below(4)) {
            case 0 -> new CoreStep.Attribute("close", Boolean.TRUE);
            case 1 -> new CoreStep.Attribute("maxRequests", dice.one(1, 2));
            default -> new CoreStep.Attribute("keepAliveTimeout", dice.one(100L, 100L, 5000L, 0L));
        };
    }

    private void work() {
        int kind = dice.below(request.hasContent() ? 100 : 45);
        if (kind < 22) {
            steps.add(write(false));
        } else if (kind < 26) {
            steps.add(write(false, 0));
        } else if (kind < 34) {
            steps.add(write(true));
        } else if (kind < 36) {
            steps.add(new CoreStep.Look());
        } else if (kind < 40) {
            steps.add(attribute());
        } else if (kind < 42) {
            steps.add(new CoreStep.Hop(dice.percent(50)));
        } else if (kind < 43) {
            steps.add(new CoreStep.Interim(dice.one(100, 103)));
        } else if (kind < 44) {
            steps.add(new CoreStep.Status(dice.one(200, 404)));
        } else {
            read();
        }
    }

    private void read() {
        steps.add(
                switch (dice.below(10)) {
                    case 0 -> new CoreStep.Read();
                    case 1, 2 -> new CoreStep.ReadAvailable();
                    case 3, 4 -> new CoreStep.ReadAll();
                    case 5, 9 -> new CoreStep.Demand();
                    case 6 -> new CoreStep.DemandAndGoOn();
                    case 7 -> new CoreStep.BlockingRead(dice.one(1, 10, Math.max(1, request.length())));
                    default -> new CoreStep.BlockingReadAll();
                });
    }

    /** Nobody waits only for what every socket takes: else what the next step meets is chance. */
    private CoreStep write(boolean last, Integer... sizes) {
        int size = dice.one(sizes);
        Wait how = dice.one(Wait.BLOCK, Wait.BLOCK, Wait.CALLBACK, Wait.NONE);
        int written = size;
        for (Step step : steps) {
            written += step instanceof CoreStep.Write write ? write.size() : 0;
        }
        return new CoreStep.Write(size, last, written > 10_000 && how == Wait.NONE ? Wait.BLOCK : how);
    }

    private CoreStep write(boolean last) {
        return write(last, 1, 10, 10, 100, 100, 4000, 40_000, 300_000);
    }

    /** Answers in full, and only then reads on. */
    private void answerFirst() {
        steps.add(write(true, 0, 10));
        if (dice.percent(25)) {
            steps.add(attribute());
        }
        for (int i = dice.one(0, 1, 1, 2); i > 0; i--) {
            if (request.hasContent() && dice.percent(40)) {
                steps.add(new CoreStep.Demand());
            } else if (request.hasContent() && dice.percent(60)) {
                read();
            } else {
                work();
            }
        }
    }

    private void finish() {
        int kind = dice.below(100);
        if (kind < 66) {
            if (kind < 15) {
                answerFirst();
            }
            steps.add(new CoreStep.Complete());
            if (kind > 62) {
                steps.add(new CoreStep.Complete());
            }
        } else if (kind < 76) {
            steps.add(new CoreStep.Fail());
        } else if (kind < 84) {
            steps.add(new CoreStep.Throw());
        } else if (kind < 87) {
            steps.add(new CoreStep.ReturnFalse());
        } else if (kind < 95) {
            steps.add(new CoreStep.ReadAll());
            steps.add(new CoreStep.Complete());
        }
    }

    /** A length that is right, or not. */
    private void length() {
        if (!dice.percent(22)) {
            return;
        }
        int written = 0;
        for (Step step : steps) {
            written += step instanceof CoreStep.Write write ? write.size() : 0;
        }
        int length = dice.one(written, written, written, written + 5, Math.max(0, written - 1));
        steps.add(0, new CoreStep.Length(length));
    }
}
