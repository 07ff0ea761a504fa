package io.github.jettykeepalive.servlet.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.servlet.container.Container;
import io.github.jettykeepalive.servlet.oracle.Shape.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an earlier version of the filters got wrong, so that no build leaves it to a seed. */
class FindingsTest {
    private static final OracleServers SERVERS = new OracleServers();
    private static final List<Container> CONTAINERS =
            List.of(Container.JETTY_EE11, Container.JETTY_EE10, Container.TOMCAT_11, Container.TOMCAT_10_1);
    private static final Shape UPLOAD = new Shape("POST", "HTTP/1.1", false, Content.OCTETS, "none");
    private static final Shape GET_10 = new Shape("GET", "HTTP/1.0", true, Content.NONE, "none");

    @AfterAll
    static void stop() throws Exception {
        SERVERS.close();
    }

    private static Stream<Arguments> everywhere(List<Subject> subjects, Shape shape, String... steps) {
        List<Arguments> all = new ArrayList<>();
        for (Container container : CONTAINERS) {
            for (Subject subject : subjects) {
                for (String line : steps) {
                    List<String> names = line.isEmpty() ? List.of() : List.of(line.split(" "));
                    all.add(Arguments.of(new Episode(container, subject, shape, names)));
                }
            }
        }
        return all.stream();
    }

    private static Stream<Arguments> concat(List<Stream<Arguments>> streams) {
        return streams.stream().flatMap(stream -> stream);
    }

    private static void expectNoDifference(Episode episode) throws Exception {
        if (SERVERS.differ(episode)) {
            assertThat(SERVERS.without(episode)).contains(SERVERS.with(episode));
        }
    }

    /** S1. */
    static Stream<Arguments> asynchronousErrors() {
        return everywhere(
                List.of(Subject.UNREAD, Subject.ALL),
                UPLOAD,
                "asyncTimeout sendError503",
                "async sendError404",
                "asyncSame sendError404",
                "asyncPair sendError409",
                "asyncThread sendError409",
                "asyncDispatch sendError409",
                "asyncDispatchPair sendError409",
                "sendError403 async",
                "sendError403 asyncPair");
    }

    @ParameterizedTest
    @MethodSource("asynchronousErrors")
    void anAsynchronousErrorIsSent(Episode episode) throws Exception {
        expectNoDifference(episode);
        assertThat(Integer.parseInt(SERVERS.with(episode).status())).isGreaterThan(400);
    }

    /** S2. */
    static Stream<Arguments> usesAfterAnError() {
        return everywhere(
                List.of(Subject.UNREAD, Subject.ALL),
                UPLOAD,
                "sendError403 out100k",
                "sendError403 print50k print50k print50k",
                "print sendError403 print50k",
                "outPrint sendError403 out100k outFlush",
                "sendError403 flushBuffer",
                "sendError403 outFlush",
                "sendError403 writerFlush",
                "sendError403 writerClose",
                "sendError403 outClose",
                "print sendError403 writerClose print",
                "sendError403 redirect",
                "sendError403 redirect61",
                "sendError403 sendError409",
                "sendError403 status200 print",
                "sendError403 reset print",
                "sendError403 resetBuffer print",
                "sendError403 setHeader addCookie",
                "sendError403 forward.print",
                "sendError403 forwardByContext.print",
                "sendError403 forwardByContext.nothing",
                "sendError403 include.print",
                "sendError403 includeByContext.print",
                "forward.sendError404",
                "forwardByContext.sendError404",
                "forward.sendErrorPage",
                "sendError403 isCommitted getStatus",
                "sendError403 throw",
                "sendErrorPage out100k");
    }

    @ParameterizedTest
    @MethodSource("usesAfterAnError")
    void aResponseIsClosedByAnError(Episode episode) throws Exception {
        expectNoDifference(episode);
        assertThat(Integer.parseInt(SERVERS.with(episode).status())).isGreaterThan(400);
    }

    /** S3, S5, A5. */
    static Stream<Arguments> bodies() {
        String[] steps = {
            "outPrintLatin",
            "utf8 outPrintLatin",
            "utf8 outPrintEuro",
            "html outPrintEuro outPrintln",
            "html printUnicode printHalves printHalf",
            "print forward.outPrint",
            "outPrint forward.print",
            "print forwardByContext.print",
            "outPrint forwardByContext.outPrint",
            "print forwardByName",
            "print redirect61",
            "outPrint redirect61",
            "charset61 printUnicode",
            "outBuffer outPrint",
            "out20k",
            "bufferSize out20k"
        };
        return concat(List.of(
                everywhere(List.of(Subject.UNREAD, Subject.ALL), UPLOAD, steps),
                everywhere(List.of(Subject.LENGTH, Subject.LENGTH_DESPITE_FLUSH, Subject.ALL), GET_10, steps)));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aBodyIsWrittenByTheContainer(Episode episode) throws Exception {
        expectNoDifference(episode);
    }

    /** S4. */
    static Stream<Arguments> inclusions() {
        String[] steps = {
            "print include.sendError404 print",
            "outPrint include.sendError404 outPrint",
            "print includeByContext.sendError404 print",
            "print include.status404 print",
            "status404 print include.sendError404 print",
            "print include.redirect print",
            "print include.reset print",
            "print include.setHeader print",
            "include.writerClose print",
            "print include.flushBuffer print"
        };
        return concat(List.of(
                everywhere(List.of(Subject.UNREAD, Subject.KEEP, Subject.HOP, Subject.ALL), UPLOAD, steps),
                everywhere(List.of(Subject.LENGTH, Subject.LENGTH_DESPITE_FLUSH), GET_10, steps)));
    }

    @ParameterizedTest
    @MethodSource("inclusions")
    void whatIsIncludedChangesNothing(Episode episode) throws Exception {
        expectNoDifference(episode);
    }

    /** Tomcat sends nothing at all once a read has failed. */
    static Stream<Arguments> refusalsWithoutReadableContent() {
        List<Stream<Arguments>> all = new ArrayList<>();
        for (Content content : List.of(Content.OCTETS, Content.SPLIT, Content.CHUNKED, Content.MULTIPART)) {
            all.add(everywhere(
                    List.of(Subject.UNREAD, Subject.ALL),
                    new Shape("POST", "HTTP/1.1", false, content, "none"),
                    "inClose status404",
                    "inClose sendError403",
                    "readByte inClose sendError403",
                    "readByte inClose status404 tryWith",
                    "readerChar sendError403",
                    "parts sendError403",
                    "part status404 print",
                    "parameter sendError403"));
        }
        return concat(all);
    }

    @ParameterizedTest
    @MethodSource("refusalsWithoutReadableContent")
    void aRefusalIsSentThoughTheContentCannotBeRead(Episode episode) throws Exception {
        expectNoDifference(episode);
        assertThat(Integer.parseInt(SERVERS.with(episode).status())).isGreaterThan(400);
    }

    /** Tomcat has all of the content when the refusal comes, and reports an error only where it looks for one. */
    static Stream<Arguments> refusalsOfContentThatHasCome() {
        List<Stream<Arguments>> all = new ArrayList<>();
        for (Content content :
                List.of(Content.FORM, Content.OCTETS, Content.SPLIT, Content.CHUNKED, Content.MULTIPART)) {
            all.add(everywhere(
                    List.of(Subject.UNREAD, Subject.ALL),
                    new Shape("POST", "HTTP/1.1", false, content, "none"),
                    "readByte sendError403",
                    "readByte sendErrorPage",
                    "readLine status404 print",
                    "readByte status404 tryWith",
                    "readByte forward.sendErrorPage",
                    "readByte forwardByContext.sendError404"));
        }
        return concat(all);
    }

    @ParameterizedTest
    @MethodSource("refusalsOfContentThatHasCome")
    void aRefusalOfContentThatHasComeIsSentWhole(Episode episode) throws Exception {
        expectNoDifference(episode);
        assertThat(SERVERS.with(episode).body()).isNotEmpty();
    }

    /** At the end of a forward Tomcat suspends a response that has no wrapper, and closes one that has. */
    static Stream<Arguments> forwards() {
        List<Stream<Arguments>> all = new ArrayList<>();
        for (Content content : List.of(Content.OCTETS, Content.CHUNKED, Content.SPLIT_CHUNKED)) {
            all.add(everywhere(
                    List.of(Subject.UNREAD),
                    new Shape("POST", "HTTP/1.1", false, content, "none"),
                    "inClose forwardByContext.sendError404",
                    "readAll forward.sendError404",
                    "html forward.nothing",
                    "html status404 forward.nothing",
                    "forward.print readAll",
                    "forward.refusal readAll",
                    "forward.print isCommitted sendError403 print",
                    "forward.nothing sendError403",
                    "forward.outPrint throw",
                    "forward.print throw"));
        }
        return concat(all);
    }

    @ParameterizedTest
    @MethodSource("forwards")
    void aForwardEndsAsWithoutTheFilter(Episode episode) throws Exception {
        expectNoDifference(episode);
    }

    /** A1. */
    static Stream<Arguments> ordinaryRequests() {
        List<Stream<Arguments>> all = new ArrayList<>();
        for (String outer : List.of("header", "copy", "footer")) {
            for (Content content : List.of(Content.FORM, Content.MULTIPART, Content.CHUNKED, Content.SPLIT)) {
                all.add(everywhere(
                        List.of(Subject.UNREAD, Subject.ALL),
                        new Shape("POST", "HTTP/1.1", false, content, outer),
                        "",
                        "print",
                        "parameter print",
                        "parts print",
                        "readAll outPrint",
                        "readExactly outPrint",
                        "parameter status404 print",
                        "parameter forward.sendError404",
                        "parameter forward.sendErrorPage print",
                        "parts forwardByContext.sendError404",
                        "readAll sendError404"));
            }
            all.add(everywhere(
                    List.of(Subject.LENGTH),
                    new Shape("GET", "HTTP/1.0", true, Content.NONE, outer),
                    "",
                    "print",
                    "outPrint",
                    "out5k"));
        }
        return concat(all);
    }

    @ParameterizedTest
    @MethodSource("ordinaryRequests")
    void anOrdinaryRequestIsLeftAlone(Episode episode) throws Exception {
        expectNoDifference(episode);
    }
}
