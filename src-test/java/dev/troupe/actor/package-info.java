@NullMarked
package dev.troupe.actor;

import org.jspecify.annotations.NullMarked;
