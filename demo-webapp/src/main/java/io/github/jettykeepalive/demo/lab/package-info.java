/** What an experiment is: its parameters, its run, its result. Nothing here knows Jetty or servlets. */
@NullMarked
package io.github.jettykeepalive.demo.lab;

import org.jspecify.annotations.NullMarked;
