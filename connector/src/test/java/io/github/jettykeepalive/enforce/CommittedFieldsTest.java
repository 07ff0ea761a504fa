package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.junit.jupiter.api.Test;

class CommittedFieldsTest {
    private int looks;
    private final HttpField first = new HttpField("A", "1");
    private final HttpField second = new HttpField("B", "2");
    private final HttpFields.Mutable fields = HttpFields.build().add(first).add(second);
    private final CommittedFields committed = new CommittedFields(fields, () -> looks++);

    @Test
    void areWhatTheyShow() {
        assertThat(committed).containsExactly(first, second);
        assertThat(committed.size()).isEqualTo(2);
        assertThat(committed.getField(1)).isSameAs(second);
        assertThat(committed.get("B")).isEqualTo("2");
        assertThat(committed).hasToString(fields.toString());
    }

    @Test
    void lastWordIsSpokenBeforeTheyAreRead() {
        assertThat(looks).isZero();
        assertThat(committed.size()).isEqualTo(2);
        assertThat(looks).isEqualTo(1);
    }

    @Test
    void areNotCopiedIntoAResponse() {
        assertThat(new MetaData.Response(200, null, HttpVersion.HTTP_1_1, committed).getHttpFields())
                .isSameAs(committed);
    }
}
