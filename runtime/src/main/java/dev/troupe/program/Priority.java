package dev.troupe.program;

/// What a program's actor says of a call's claim, for any discipline to order by.
///
/// @param attainedNanos service of the whole program so far (PLAS)
/// @param pathNanos service along the longest chain of calls that leads to this one (ATLAS)
/// @param waitedNanos waiting of the program's earlier calls, for the starvation ratio
/// @param ownNanos service this very call has had already, when it was begun and taken back (MLFQ)
public record Priority(long attainedNanos, long pathNanos, long waitedNanos, long ownNanos) {

  public static final Priority NEWCOMER = new Priority(0, 0, 0, 0);
}
