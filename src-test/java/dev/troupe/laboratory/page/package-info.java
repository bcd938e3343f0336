@NullMarked
package dev.troupe.laboratory.page;

import org.jspecify.annotations.NullMarked;
