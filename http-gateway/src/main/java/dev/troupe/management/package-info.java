/// The way in for operators over HTTP: probes, members, what the cluster does, metrics. Nothing here
/// changes anything.
@NullMarked
package dev.troupe.management;

import org.jspecify.annotations.NullMarked;
