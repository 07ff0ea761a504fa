/** One class for each figure of the lab. */
@NullMarked
package io.github.jettykeepalive.demo.experiment;

import org.jspecify.annotations.NullMarked;
