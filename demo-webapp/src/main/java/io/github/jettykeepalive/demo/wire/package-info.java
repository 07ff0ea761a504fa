/** The clients and relays of the experiments: plain sockets that write down what they see. */
@NullMarked
package io.github.jettykeepalive.demo.wire;

import org.jspecify.annotations.NullMarked;
