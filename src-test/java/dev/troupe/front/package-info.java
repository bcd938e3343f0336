@NullMarked
package dev.troupe.front;

import org.jspecify.annotations.NullMarked;
