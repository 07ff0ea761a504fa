package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jettykeepalive.servlet.HeldResponse.State;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every call in every state; the drawing is in {@link HeldResponse}. */
class HeldResponseTest {
    private interface Call {
        Object on(HttpServletResponse response) throws Exception;
    }

    private static final Map<String, Call> CALLS = new LinkedHashMap<>();

    /** What an application may do to a held response without losing the protection. */
    private static final Set<String> HARMLESS = Set.of(
            "isCommitted",
            "getStatus",
            "getHeader",
            "containsHeader",
            "getOutputStream",
            "out.close",
            "getWriter",
            "writer.close",
            "flushBuffer");

    static {
        CALLS.put("isCommitted", HttpServletResponse::isCommitted);
        CALLS.put("getStatus", HttpServletResponse::getStatus);
        CALLS.put("getHeader", response -> response.getHeader("X"));
        CALLS.put("containsHeader", response -> response.containsHeader("X"));
        CALLS.put("getOutputStream", HttpServletResponse::getOutputStream);
        call("out.close", response -> response.getOutputStream().close());
        call("flushBuffer", HttpServletResponse::flushBuffer);
        call("out.write", response -> response.getOutputStream().write(1));
        call("out.print", response -> response.getOutputStream().print("x"));
        call("out.flush", response -> response.getOutputStream().flush());
        CALLS.put("getWriter", HttpServletResponse::getWriter);
        call("writer.close", response -> response.getWriter().close());
        call("writer.print", response -> response.getWriter().print("x"));
        call("writer.flush", response -> response.getWriter().flush());
        call("writer.checkError", response -> response.getWriter().checkError());
        call("sendError", response -> response.sendError(409));
        call("sendErrorMessage", response -> response.sendError(409, "message"));
        call("sendRedirect", response -> response.sendRedirect("/"));
        call("setStatus", response -> response.setStatus(200));
        call("setHeader", response -> response.setHeader("X", "1"));
        call("addHeader", response -> response.addHeader("X", "1"));
        call("setIntHeader", response -> response.setIntHeader("X", 1));
        call("addIntHeader", response -> response.addIntHeader("X", 1));
        call("setDateHeader", response -> response.setDateHeader("X", 1));
        call("addDateHeader", response -> response.addDateHeader("X", 1));
        call("setContentLength", response -> response.setContentLength(1));
        call("setContentLengthLong", response -> response.setContentLengthLong(1));
        call("setContentType", response -> response.setContentType("text/plain"));
        call("setCharacterEncoding", response -> response.setCharacterEncoding("UTF-8"));
        call("setCharset", response -> ((HeldResponse) response).setCharacterEncoding(StandardCharsets.UTF_8));
        call("setBufferSize", response -> response.setBufferSize(1));
        call("setLocale", response -> response.setLocale(Locale.ROOT));
        call("addCookie", response -> response.addCookie(new Cookie("a", "b")));
        call("setTrailerFields", response -> response.setTrailerFields(Map::of));
        call("reset", HttpServletResponse::reset);
        call("resetBuffer", HttpServletResponse::resetBuffer);
        call("getResponse", response -> ((HeldResponse) response).getResponse());
    }

    private interface Deed {
        void on(HttpServletResponse response) throws Exception;
    }

    private static void call(String name, Deed deed) {
        CALLS.put(name, response -> {
            deed.on(response);
            return "";
        });
    }

    private final FakeResponse container = new FakeResponse();

    private HeldResponse response() {
        var request = new FakeRequest().body("x".repeat(10));
        return new UploadRequest(request.fake(), container.fake()).response();
    }

    /** The call on the response; what the container refuses is its business. */
    private static void make(String name, HeldResponse response) {
        try {
            CALLS.get(name).on(response);
        } catch (AssertionError notFaked) {
            // It has reached the container's response, which is a fake without this method.
        } catch (Exception e) {
            throw new AssertionError(name, e);
        }
    }

    static Stream<String> everyCall() {
        return CALLS.keySet().stream();
    }

    static Stream<String> everyCallThatShows() {
        return everyCall().filter(name -> !HARMLESS.contains(name));
    }

    static Stream<String> everyHarmlessCall() {
        return HARMLESS.stream();
    }

    /** A method of the API that is not overridden would reach the container past a held call. */
    @Test
    void everyCallThatChangesAResponseIsObserved() {
        Stream<Method> own = Stream.of(HeldResponse.class, ObservedResponse.class)
                .flatMap(type -> Stream.of(type.getDeclaredMethods()));
        assertThat(own.map(HeldResponseTest::signature).toList())
                .containsAll(Stream.of(HttpServletResponse.class.getMethods())
                        .filter(method -> method.getReturnType() == void.class)
                        .map(HeldResponseTest::signature)
                        .toList());
    }

    private static String signature(Method method) {
        return method.getName() + List.of(method.getParameterTypes());
    }

    @ParameterizedTest
    @MethodSource("everyCall")
    void anOpenResponseHoldsAnErrorOnly(String name) {
        HeldResponse response = response();
        make(name, response);
        boolean held = name.startsWith("sendError");
        assertThat(response.state()).isEqualTo(held ? State.HELD : State.OPEN);
        assertThat(container.diary).noneMatch(line -> line.startsWith("error"));
    }

    @ParameterizedTest
    @MethodSource("everyCallThatShows")
    void aHeldErrorIsSentBeforeAnythingThatShows(String name) throws Exception {
        HeldResponse response = response();
        response.sendError(403, "no");
        make(name, response);
        assertThat(response.state()).isEqualTo(State.PASSING);
        assertThat(container.diary).startsWith("error 403 no");
    }

    @ParameterizedTest
    @MethodSource("everyHarmlessCall")
    void aHeldErrorStaysHeld(String name) throws Exception {
        HeldResponse response = response();
        response.sendError(403, "no");
        make(name, response);
        assertThat(response.state()).isEqualTo(State.HELD);
        assertThat(container.diary).isEmpty();
        assertThat(response.isCommitted()).isTrue();
        assertThat(response.getStatus()).isEqualTo(403);
    }

    @ParameterizedTest
    @MethodSource("everyCall")
    void aResponseThatWasTakenChangesNoMore(String name) throws Exception {
        HeldResponse response = response();
        response.sendError(403, "no");
        response.take();
        if (HARMLESS.contains(name)
                || name.startsWith("out.")
                || name.startsWith("writer.")
                || name.equals("getResponse")) {
            make(name, response);
        } else {
            assertThatThrownBy(() -> CALLS.get(name).on(response)).isInstanceOf(IllegalStateException.class);
        }
        assertThat(container.diary).isEmpty();
        response.sendHeld();
        assertThat(container.diary).containsExactly("error 403 no");
        assertThat(container.body()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("everyCall")
    void aReleasedResponseHoldsNothing(String name) throws Exception {
        HeldResponse response = response();
        response.release();
        make(name, response);
        assertThat(response.state()).isEqualTo(State.PASSING);
        assertThat(response.isCommitted()).isEqualTo(container.fake().isCommitted());
    }

    @Test
    void aHeldErrorIsSentOnce() throws Exception {
        HeldResponse response = response();
        response.sendError(403, "no");
        response.release();
        response.release();
        response.sendHeld();
        assertThat(container.diary).containsExactly("error 403 no");
    }

    /** No way out of it may look like a success. */
    @Test
    void theStatusOfAHeldErrorIsThereAtOnce() throws Exception {
        response().sendError(403);
        assertThat(container.getStatus()).isEqualTo(403);
    }

    @Test
    void whatWasWrittenBeforeIsDroppedWithTheError() throws Exception {
        HeldResponse response = response();
        response.getOutputStream().print("secret");
        response.sendError(403, "no");
        response.take();
        assertThat(container.body()).isEmpty();
    }

    @Test
    void anErrorIsNotHeldIfTheContentHasBeenRead() throws Exception {
        var request = new UploadRequest(new FakeRequest().body("12345").fake(), container.fake());
        assertThat(request.getInputStream().readNBytes(5)).hasSize(5);
        request.response().sendError(403, "no");
        assertThat(container.diary).containsExactly("error 403 no");
    }

    @Test
    void anErrorIsNotHeldOfAnAsynchronousRequest() throws Exception {
        var request =
                new UploadRequest(new FakeRequest().body("12345").asyncStarted().fake(), container.fake());
        request.response().sendError(403, "no");
        assertThat(container.diary).containsExactly("error 403 no");
    }
}
