/** What others do with a connection or learn of it does not change when the connection is ours. */
@NullMarked
package io.github.jettykeepalive.coexist;

import org.jspecify.annotations.NullMarked;
