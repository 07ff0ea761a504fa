/** Compares an application behind a filter with the same application without it. */
@NullMarked
package io.github.jettykeepalive.servlet.oracle;

import org.jspecify.annotations.NullMarked;
