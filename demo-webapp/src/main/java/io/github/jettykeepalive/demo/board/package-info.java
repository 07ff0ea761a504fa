/** The live board: who is connected, pushed as it changes. */
@NullMarked
package io.github.jettykeepalive.demo.board;

import org.jspecify.annotations.NullMarked;
