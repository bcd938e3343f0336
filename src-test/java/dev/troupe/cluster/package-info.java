/// Tests of what makes nodes one system.
@NullMarked
package dev.troupe.cluster;

import org.jspecify.annotations.NullMarked;
