/**
 * The test kit: a server to test against, a raw client to write transcripts with, fakes for time, and windows into the
 * kernel.
 *
 * <p>Start with {@link io.github.jettykeepalive.testing.TestServer} and {@link
 * io.github.jettykeepalive.testing.RawClient}. Nothing here sleeps; every wait has a bound and says what it waited for.
 * Published as a test-jar, so that the other modules write their wire tests in the same words.
 */
@NullMarked
package io.github.jettykeepalive.testing;

import org.jspecify.annotations.NullMarked;
