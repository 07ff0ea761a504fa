/** Real servlet containers, each in a class loader of its own, and the WAR that is deployed to them. */
@NullMarked
package io.github.jettykeepalive.servlet.container;

import org.jspecify.annotations.NullMarked;
