@NullMarked
package dev.troupe;

import org.jspecify.annotations.NullMarked;
