package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.ClientLimit;
import java.net.InetAddress;

/**
 * The part of an address that names a client: all of an IPv4 address, half of an IPv6 one, by default.
 *
 * @param bits length of the address, so that IPv4 and IPv6 networks never meet
 */
record ClientNetwork(int bits, long high, long low) {
    static ClientNetwork of(InetAddress address, ClientLimit limit) {
        byte[] bytes = address.getAddress();
        int bits = bytes.length * 8;
        int prefix = bits == 32 ? limit.prefix4() : limit.prefix6();
        long high = 0;
        long low = 0;
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.max(0, Math.min(8, prefix - i * 8));
            long masked = bytes[i] & (0xFF00 >> kept) & 0xFF;
            if (i < 8) {
                high = high << 8 | masked;
            } else {
                low = low << 8 | masked;
            }
        }
        return new ClientNetwork(bits, high, low);
    }
}
