/// One address in front of several nodes of one machine: the way in of a trial cluster.
@NullMarked
package dev.troupe.front;

import org.jspecify.annotations.NullMarked;
