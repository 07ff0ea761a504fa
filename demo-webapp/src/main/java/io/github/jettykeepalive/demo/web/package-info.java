/** The pages, the JSON and the guard in front of them. */
@NullMarked
package io.github.jettykeepalive.demo.web;

import org.jspecify.annotations.NullMarked;
