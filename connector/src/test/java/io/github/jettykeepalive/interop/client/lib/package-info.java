/** Client libraries that only the profile {@code interop} has. */
@org.jspecify.annotations.NullMarked
package io.github.jettykeepalive.interop.client.lib;
