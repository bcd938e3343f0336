@NullMarked
package dev.troupe.laboratory;

import org.jspecify.annotations.NullMarked;
