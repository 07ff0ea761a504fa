/** The connection lab: a WAR that also runs embedded. */
@NullMarked
package io.github.jettykeepalive.demo;

import org.jspecify.annotations.NullMarked;
