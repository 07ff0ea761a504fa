/**
 * What peers may do to a server that they have no right to do, and what they may do all at once. The short form is part of every
 * build; {@code -Psoak} goes on for half an hour.
 */
package io.github.jettykeepalive.hostile;
