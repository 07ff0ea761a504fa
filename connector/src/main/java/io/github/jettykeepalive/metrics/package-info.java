/** For those who scrape: the ledger as Micrometer meters. Loaded only by those who name it. */
@NullMarked
package io.github.jettykeepalive.metrics;

import org.jspecify.annotations.NullMarked;
