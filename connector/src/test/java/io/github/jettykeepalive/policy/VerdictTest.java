package io.github.jettykeepalive.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VerdictTest {
    @Test
    void keepingHasNoReason() {
        assertThat(Verdict.KEEP.keeps()).isTrue();
        assertThat(Verdict.KEEP.reason()).isNull();
        assertThat(Verdict.KEEP).hasToString("keep");
    }

    @ParameterizedTest
    @EnumSource
    void closingHasAReasonAndIsShared(CloseReason reason) {
        Verdict verdict = Verdict.close(reason);

        assertThat(verdict.keeps()).isFalse();
        assertThat(verdict.reason()).isEqualTo(reason);
        assertThat(verdict).hasToString("close(" + reason.key() + ")").isSameAs(Verdict.close(reason));
    }
}
