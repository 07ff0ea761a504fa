/** The two servers side by side; the only package of the lab that knows Jetty. */
@NullMarked
package io.github.jettykeepalive.demo.embedded;

import org.jspecify.annotations.NullMarked;
