/// What becomes of calls and programs when nodes of a cluster die: real processes, simulated engines
/// that count every execution, and a table of verdicts.
@NullMarked
package dev.troupe.chaos;

import org.jspecify.annotations.NullMarked;
