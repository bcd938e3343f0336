/// Which waiting call runs next, and on which engine: pure decisions.
@NullMarked
package dev.troupe.schedule;

import org.jspecify.annotations.NullMarked;
