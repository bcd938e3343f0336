/// Makes nodes one system: where programs and schedulers live, what is durable, how messages travel,
/// and the API for applications on the JVM.
@NullMarked
package dev.troupe.cluster;

import org.jspecify.annotations.NullMarked;
