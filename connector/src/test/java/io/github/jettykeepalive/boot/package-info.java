/** In a Spring Boot application, by the customizer that README.md shows. */
@NullMarked
package io.github.jettykeepalive.boot;

import org.jspecify.annotations.NullMarked;
