package io.github.jettykeepalive.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusSetTest {
    private static StatusSet parse(String list) {
        return StatusSet.parse("closeOnStatus", list);
    }

    @ParameterizedTest(name = "<{0}> is <{1}>")
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "413             | 413",
                "413,503         | 413,503",
                "503,413         | 413,503",
                "413,413         | 413",
                "' 413 ,\t503 '  | 413,503",
                "',413,,503,'    | 413,503",
                "200,599         | 200,599"
            })
    void isWrittenInOrder(String list, String written) {
        assertThat(parse(list)).hasToString(written);
        assertThat(parse(written)).isEqualTo(parse(list)).hasSameHashCodeAs(parse(list));
    }

    @ParameterizedTest(name = "<{0}>")
    @ValueSource(strings = {"", " ", ",", " , ,"})
    void anEmptyListIsNoStatusAtAll(String list) {
        assertThat(parse(list)).isSameAs(StatusSet.NONE).hasToString("");
    }

    @Test
    void containsNothingButWhatIsListed() {
        StatusSet set = parse("200,413,599");

        assertThat(IntStream.rangeClosed(0, 1000).filter(set::contains)).containsExactly(200, 413, 599);
        assertThat(IntStream.rangeClosed(0, 1000).filter(StatusSet.NONE::contains))
                .isEmpty();
    }

    @Test
    void differsFromOtherSets() {
        assertThat(parse("413"))
                .isNotEqualTo(parse("413,503"))
                .isNotEqualTo(StatusSet.NONE)
                .isNotEqualTo("413");
        assertThat(parse("413").hashCode()).isNotEqualTo(parse("503").hashCode());
    }

    @ParameterizedTest(name = "<{0}>")
    @ValueSource(
            strings = {
                "199",
                "600",
                "100",
                "1000",
                "20",
                "4xx",
                "-413",
                "+413",
                "413 503",
                "413;503",
                "413,0",
                "\u0664\u0661\u0663"
            })
    void refusesWhatIsNoFinalStatus(String list) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(list))
                .withMessage("closeOnStatus: " + list + " (expected: statuses from 200 to 599, separated by commas)");
    }

    @Test
    @SuppressWarnings("NullAway") // what a console sends
    void nullIsRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StatusSet.parse("closeOnStatus", null))
                .withMessage("closeOnStatus: null (expected: statuses from 200 to 599, separated by commas)");
    }
}
