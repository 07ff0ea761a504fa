/**
 * What is decided about a connection, and why: records, enums and pure functions of a given {@code now}.
 *
 * <p>Nothing here knows Jetty, a thread or a clock. Start with {@link
 * io.github.jettykeepalive.policy.Persistence}, the rule itself.
 */
@NullMarked
package io.github.jettykeepalive.policy;

import org.jspecify.annotations.NullMarked;
