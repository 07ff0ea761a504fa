/**
 * What is done to a connection: thin classes that ask {@link io.github.jettykeepalive.policy} and act on Jetty's exported
 * types.
 *
 * <p>Start with {@link io.github.jettykeepalive.enforce.ManagedConnection}, which lives as long as its connection does.
 */
@NullMarked
package io.github.jettykeepalive.enforce;

import org.jspecify.annotations.NullMarked;
