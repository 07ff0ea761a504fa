package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.ClientLimit;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which addresses are one client. */
class ClientNetworkTest {

    private static ClientNetwork network(String address, int prefix4, int prefix6) throws UnknownHostException {
        return ClientNetwork.of(InetAddress.getByName(address), new ClientLimit(1, prefix4, prefix6, List.of()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            10.0.0.1      | 10.0.0.1                  | 32 | 64  | true
            10.0.0.1      | 10.0.0.2                  | 32 | 64  | false
            10.0.0.1      | 10.0.0.254                | 24 | 64  | true
            10.0.0.1      | 10.0.1.1                  | 24 | 64  | false
            10.0.0.127    | 10.0.0.128                | 25 | 64  | false
            10.0.0.127    | 10.0.0.1                  | 25 | 64  | true
            128.0.0.1     | 0.0.0.1                   | 1  | 64  | false
            10.0.0.1      | 192.168.0.1               | 0  | 64  | true
            2001:db8::1   | 2001:db8::ffff:ffff:ffff:ffff | 32 | 64  | true
            2001:db8::1   | 2001:db8:0:1::1           | 32 | 64  | false
            2001:db8::1   | 2001:db8:0:ff::1          | 32 | 56  | true
            2001:db8::1   | 2001:db8:0:100::1         | 32 | 56  | false
            2001:db8::1   | 2001:db8::2               | 32 | 128 | false
            2001:db8::1   | 2001:db8::2               | 32 | 126 | true
            2001:db8::1   | 2001:db8::8000:0:0:1      | 32 | 65  | false
            2001:db8::1   | fe80::1                   | 32 | 0   | true
            10.0.0.1      | 2001:db8::1               | 0  | 0   | false
            10.0.0.1      | ::ffff:10.0.0.1           | 32 | 64  | true
            """)
    void addressesAreOneClientIfTheirPrefixIsOne(String one, String other, int prefix4, int prefix6, boolean same)
            throws UnknownHostException {
        assertThat(network(one, prefix4, prefix6).equals(network(other, prefix4, prefix6)))
                .isEqualTo(same);
    }
}
