/**
 * Real clients, straight at the server: which of them heed what it announces, and what happens to those who do not.
 */
@org.jspecify.annotations.NullMarked
package io.github.jettykeepalive.interop.client;
