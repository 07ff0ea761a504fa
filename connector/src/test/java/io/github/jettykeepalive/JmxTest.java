package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.get;
import static io.github.jettykeepalive.Ask.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.KeepAliveHeaderMode;
import io.github.jettykeepalive.testing.Eventually;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.management.MBeanAttributeInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an operator reads and changes from a console in another process. */
class JmxTest {
    private final Console console = new Console();

    @AfterEach
    void close() throws Exception {
        console.close();
    }

    private Rig rig() throws Exception {
        return Rig.start(
                Wire.PLAIN,
                factory -> {},
                console::attach,
                (request, response, callback) -> request.getHttpURI().getPath().equals("/")
                        ? Rig.hello(request, response, callback)
                        : Rig.refuse(request, response, callback));
    }

    private static Object expected(Object setting) {
        return setting instanceof Enum<?> name ? name.name() : setting;
    }

    @Test
    void everySettingIsReadAndWrittenWithoutOurClasses() throws Exception {
        try (var rig = rig()) {
            Map<String, MBeanAttributeInfo> shown = new TreeMap<>();
            for (MBeanAttributeInfo attribute : console.factory().attributes()) {
                shown.put(attribute.getName(), attribute);
            }
            for (Method setter : (Iterable<Method>) settings()::iterator) {
                String name = setter.getName().substring(3, 4).toLowerCase()
                        + setter.getName().substring(4);
                String prefix = setter.getParameterTypes()[0] == boolean.class ? "is" : "get";
                Method getter = KeepAliveConnectionFactory.class.getMethod(
                        prefix + setter.getName().substring(3));

                assertThat(shown).containsKey(name);
                assertThat(shown.get(name).isWritable()).as(name).isTrue();
                Object value = console.factory().get(name);
                assertThat(value).as(name).isEqualTo(expected(getter.invoke(rig.factory())));
                console.factory().set(name, value);
            }
        }
    }

    /** A console has null for what is not filled in. */
    @Test
    void nullIsRefusedAndTheNextValueIsTaken() throws Exception {
        try (var rig = rig()) {
            Console.Bean factory = console.factory();
            for (String name : List.of("closeOnStatus", "clientExempt", "clientRules", "keepAliveHeader")) {
                Object before = factory.get(name);
                assertThatThrownBy(() -> factory.set(name, null))
                        .as(name)
                        .hasStackTraceContaining(name + ": null (expected: ");
                assertThat(factory.get(name)).isEqualTo(before);
                factory.set(name, before);
            }
            factory.set("maxRequests", 7);
            assertThat(rig.factory().getPolicy().maxRequests()).isEqualTo(7);
        }
    }

    @Test
    void rulesThatAreReadMayBeWrittenAgain() throws Exception {
        try (var rig = rig()) {
            rig.factory().addClientRule("(?i)an \\\"old\\\" bot; \\d", "NO_KEEP_ALIVE");
            rig.factory().addHttpdClientRules();
            var before = rig.factory().getPolicy();

            console.factory().set("clientRules", console.factory().get("clientRules"));
            assertThat(rig.factory().getPolicy()).isEqualTo(before);
        }
    }

    private static Stream<Method> settings() {
        return Stream.of(AbstractKeepAliveConnectionFactory.class.getDeclaredMethods())
                .filter(method -> method.getName().startsWith("set"));
    }

    @Test
    void keepAliveHeaderIsText() throws Exception {
        try (var rig = rig();
                var client = rig.connect()) {
            Console.Bean factory = console.factory();
            assertThat(factory.get("keepAliveHeader")).isEqualTo("ON_REQUEST");
            assertThat(client.send(get()).readResponse().fields("Keep-Alive")).isEmpty();

            factory.set("keepAliveHeader", "always");
            assertThat(client.send(get()).readResponse().fields("Keep-Alive")).containsExactly("timeout=29, max=998");
            assertThatThrownBy(() -> factory.set("keepAliveHeader", "SOMETIMES"))
                    .hasStackTraceContaining("keepAliveHeader: SOMETIMES (expected: ON_REQUEST, ALWAYS or NEVER)");
            assertThat(factory.get("keepAliveHeader")).isEqualTo("ALWAYS");
            assertThat(rig.factory().getKeepAliveHeader()).isEqualTo(KeepAliveHeaderMode.ALWAYS);
        }
    }

    @Test
    void settingAppliesToLaterRequestsOrIsRefused() throws Exception {
        try (var rig = rig();
                var client = rig.connect()) {
            Console.Bean factory = console.factory();
            assertThat(client.send(get()).readResponse().fields("Connection")).isEmpty();

            factory.set("maxRequests", 2);
            assertThatThrownBy(() -> factory.set("maxRequests", -7))
                    .hasStackTraceContaining("maxRequests: -7 (expected: >= 0)");
            assertThat(factory.get("maxRequests")).isEqualTo(2);
            assertThat(client.send(get()).readResponse().fields("Connection")).containsExactly("close");
            client.expectFin();
        }
    }

    @Test
    void ledgerTellsWhoIsOpenAndWhatBecameOfTheOthers() throws Exception {
        try (var rig = rig();
                var idle = rig.connect();
                var refused = rig.connect()) {
            Console.Bean ledger = console.ledger();
            idle.send(get() + get()).readResponses(2);
            Eventually.await(Rig.PATIENCE, "one is idle", () -> rig.ledger().getIdle() == 1);
            refused.send(request("POST /upload HTTP/1.1", "Content-Length: 10000"));
            assertThat(refused.readResponse().status()).isEqualTo(413);
            refused.expectFin();

            Eventually.await(Rig.PATIENCE, "one lingers", () -> rig.factory().getLingering() == 1);
            assertThat(console.factory().get("lingering")).isEqualTo(1);
            assertThat(ledger.get("opened")).isEqualTo(2L);
            assertThat(ledger.get("open")).isEqualTo(2);
            assertThat(ledger.get("idle")).isEqualTo(1);
            assertThat(ledger.get("closesByReason")).isEqualTo(Map.of());

            refused.send("x".repeat(1000)).halfClose();
            idle.halfClose();
            rig.expectCloses(CloseReason.BODY_LEFT, CloseReason.PEER_GONE);
            assertThat(ledger.get("open")).isEqualTo(0);
            assertThat(ledger.get("idle")).isEqualTo(0);
            assertThat(ledger.get("closesByReason")).isEqualTo(Map.of("bodyLeft", 1L, "peerGone", 1L));
            assertThat(ledger.get("requestsPerConnection"))
                    .isEqualTo(Map.of("0", 0L, "<=1", 1L, "<=10", 1L, "<=100", 0L, "<=1000", 0L, ">1000", 0L));
            assertThat(ledger.get("bytesDiscarded")).isEqualTo(1000L);
            assertThat(ledger.get("resetsAvoided")).isEqualTo(1L);
        }
    }

    @Test
    void countersBeginAgainAtZero() throws Exception {
        try (var rig = rig()) {
            try (var client = rig.connect()) {
                client.send(request("POST /upload HTTP/1.1", "Content-Length: 10000"))
                        .readResponse();
                client.expectFin();
                client.send("late").halfClose();
                rig.expectCloses(CloseReason.BODY_LEFT);
            }
            console.ledger().invoke("resetCounters");

            Console.Bean ledger = console.ledger();
            assertThat(ledger.get("closesByReason")).isEqualTo(Map.of());
            assertThat(ledger.get("opened")).isEqualTo(0L);
            assertThat(ledger.get("bytesDiscarded")).isEqualTo(0L);
            assertThat(ledger.get("resetsAvoided")).isEqualTo(0L);
            assertThat(((Map<?, ?>) ledger.get("requestsPerConnection")).values())
                    .allMatch(count -> count.equals(0L));
        }
    }
}
