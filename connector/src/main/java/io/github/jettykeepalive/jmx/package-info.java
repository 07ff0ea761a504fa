/** What JMX sees where the bean itself does not say it: found by name, as {@code MBeanContainer} does; needs jetty-jmx. */
@NullMarked
package io.github.jettykeepalive.jmx;

import org.jspecify.annotations.NullMarked;
