package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeasuredBodyTest {
    private final FakeResponse container = new FakeResponse();

    /** What a test wants of a body. */
    private record Policy(int maxBytes, boolean isWanted, boolean ignoresFlush, boolean ignoresClose)
            implements HoldingPolicy {}

    private MeasuredBody body(Policy policy) {
        return new MeasuredBody(container.fake(), policy, () -> true);
    }

    private MeasuredBody body() {
        return body(new Policy(10, true, false, false));
    }

    private static byte[] bytes(int size) {
        return "x".repeat(size).getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void upToTheLimitIsHeldAndMeasured() throws Exception {
        MeasuredBody body = body();
        body.write(bytes(6));
        body.write(bytes(4));
        assertThat(container.diary).isEmpty();
        body.finish();
        assertThat(container.fields).containsEntry("Content-Length", "10");
        assertThat(container.body()).hasSize(10);
    }

    /** What was held goes out once, what follows goes out as it is: nothing is copied a second time. */
    @Test
    void beyondTheLimitEverythingPasses() throws Exception {
        MeasuredBody body = body();
        body.write(bytes(6));
        body.write(bytes(5));
        body.write('y');
        body.finish();
        assertThat(container.diary).containsExactly("write 6", "write 5", "write 1");
        assertThat(container.fields).doesNotContainKey("Content-Length");
    }

    @Test
    void aBodyThatIsTooLargeAtOnceIsNeverCopied() throws Exception {
        MeasuredBody body = body();
        body.write(bytes(11));
        assertThat(container.diary).containsExactly("write 11");
    }

    @Test
    void nothingIsHeldThatIsNotWanted() throws Exception {
        MeasuredBody body = body(new Policy(10, false, true, false));
        body.write(bytes(1));
        assertThat(container.diary).containsExactly("write 1");
    }

    @Test
    void eventsAreNotHeld() throws Exception {
        container.setContentType("Text/Event-Stream; charset=utf-8");
        MeasuredBody body = body(new Policy(10, true, true, false));
        body.write(bytes(1));
        body.flush();
        assertThat(container.diary).containsExactly("write 1", "flush");
    }

    @Test
    void aFlushReleases() throws Exception {
        MeasuredBody body = body();
        body.write(bytes(1));
        body.flush();
        body.write(bytes(1));
        body.finish();
        assertThat(container.diary).containsExactly("write 1", "flush", "write 1");
        assertThat(container.fields).isEmpty();
        assertThat(body.isStreaming()).isTrue();
    }

    @Test
    void aFlushMayBeIgnored() throws Exception {
        MeasuredBody body = body(new Policy(10, true, true, false));
        body.write(bytes(1));
        body.flush();
        body.finish();
        assertThat(container.diary).containsExactly("write 1");
        assertThat(container.fields).containsEntry("Content-Length", "1");
    }

    @Test
    void closingMeasures() throws Exception {
        MeasuredBody body = body();
        body.write(bytes(1));
        body.close();
        body.close();
        assertThat(container.diary).containsExactly("write 1", "close", "close");
        assertThat(container.fields).containsEntry("Content-Length", "1");
    }

    @Test
    void closingMayBeIgnoredUntilTheEnd() throws Exception {
        MeasuredBody body = body(new Policy(10, true, false, true));
        body.write(bytes(1));
        body.close();
        body.flush();
        assertThatThrownBy(() -> body.write(bytes(1))).isInstanceOf(IOException.class);
        assertThat(container.diary).isEmpty();
        body.finish();
        assertThat(container.diary).containsExactly("write 1");
    }

    @Test
    void aKnownLengthIsNotOverwritten() throws Exception {
        MeasuredBody body = body();
        body.write(bytes(1));
        container.setContentLengthLong(5);
        body.finish();
        assertThat(container.fields).containsEntry("Content-Length", "5");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void aResponseWithoutABodyGetsNoLength(int status) throws Exception {
        container.setStatus(status);
        MeasuredBody body = body();
        body.write(bytes(1));
        body.finish();
        assertThat(container.fields).isEmpty();
    }

    @Test
    void anEmptyBodyIsLeftToTheContainer() throws Exception {
        MeasuredBody body = body();
        body.write(bytes(0));
        assertThat(body.isEmpty()).isTrue();
        body.finish();
        assertThat(container.diary).isEmpty();
        assertThat(container.fields).isEmpty();
    }

    @Test
    void whatIsHeldIsDroppedWhenSomebodyElseHasAnswered() throws Exception {
        MeasuredBody body = body();
        body.write(bytes(1));
        container.commit();
        body.finish();
        assertThat(container.diary).isEmpty();
        assertThat(body.isEmpty()).isFalse();
    }

    /** An application of Servlet 6.1 calls this one as if it were an override. */
    @Test
    void buffersAreWrittenAsBytesAre() throws Exception {
        MeasuredBody body = body();
        body.write(ByteBuffer.wrap(bytes(3), 1, 2).asReadOnlyBuffer());
        body.finish();
        assertThat(container.fields).containsEntry("Content-Length", "2");
    }

    @Test
    void theEncodingIsSettledWithTheWriter() throws Exception {
        var response = new MeasuredResponse(container.fake(), body());
        response.setCharacterEncoding(StandardCharsets.US_ASCII);
        response.getWriter();
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        response.setCharacterEncoding("UTF-16");
        assertThat(response.getCharacterEncoding()).isEqualTo("US-ASCII");
    }

    @Test
    void anUnknownEncodingIsRefusedAsTheContainerDoes() {
        container.setCharacterEncoding("none");
        var response = new MeasuredResponse(container.fake(), body());
        assertThatThrownBy(response::getWriter).isInstanceOf(UnsupportedEncodingException.class);
    }

    @Test
    void chunksKeepTheirOrder() throws Exception {
        var chunks = new ByteChunks();
        var expected = new ByteArrayOutputStream();
        var random = new Random(42);
        for (int i = 0; i < 1000; i++) {
            byte[] block = new byte[random.nextInt(300) + 2];
            random.nextBytes(block);
            chunks.append(block, 1, block.length - 2);
            expected.write(block, 1, block.length - 2);
        }
        assertThat(chunks.size()).isEqualTo(expected.size());
        var actual = new ByteArrayOutputStream();
        chunks.moveTo(actual);
        assertThat(actual.toByteArray()).isEqualTo(expected.toByteArray());
        assertThat(chunks.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "ISO-8859-1", "UTF-16", "ISO-2022-JP", "GB18030"})
    void theWriterEncodesAsTheJdkDoes(String name) throws Exception {
        Charset charset = Charset.forName(name);
        String text = "a\u00fc\u65e5\u672c\ud83d\ude00.\u65e5";
        var bytes = new ByteArrayOutputStream();
        var writer = new EncodingWriter(bytes, charset);
        for (int i = 0; i < text.length(); i++) {
            writer.write(text.charAt(i));
        }
        writer.end();
        writer.end();
        assertThat(bytes.toByteArray()).isEqualTo(text.getBytes(charset));
    }

    @Test
    void theWriterKeepsNothingBack() throws Exception {
        var bytes = new ByteArrayOutputStream();
        new EncodingWriter(bytes, StandardCharsets.UTF_8).write("ü");
        assertThat(bytes.size()).isEqualTo(2);
    }
}
