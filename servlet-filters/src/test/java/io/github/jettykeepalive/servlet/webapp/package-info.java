/** The application in the WAR. It sees the Servlet API and the filters, and no class of the tests. */
@NullMarked
package io.github.jettykeepalive.servlet.webapp;

import org.jspecify.annotations.NullMarked;
