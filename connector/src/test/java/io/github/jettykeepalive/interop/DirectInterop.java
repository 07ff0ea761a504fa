package io.github.jettykeepalive.interop;

import io.github.jettykeepalive.testing.ResultTables;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The plain clients of the other tests straight at the origin: what they ask and how it is counted is right. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class DirectInterop {
    @Test
    void nobodyIsBetween() throws Exception {
        var plan = Plan.fromProperties();
        long patient = 10 * plan.timeout().toMillis();
        try (var origin = Origin.ours(factory -> factory.setKeepAliveTimeout(patient))) {
            Tally tally = Crowd.ask(origin.port(), plan);

            ResultTables.named("interop").add("Nobody between", Tally.COLUMNS, List.of(tally.row(origin)));
            tally.assertPerfect(origin, plan.clients());
        }
    }
}
