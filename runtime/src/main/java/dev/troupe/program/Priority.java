package dev.troupe.program;

import java.util.OptionalInt;

/// What a program's actor says of a call's claim, for any discipline to order by.
///
/// Stages are what a program does one after the other: a call is one stage behind the last of those that
/// had ended when it came. Calls side by side are of one stage.
///
/// @param attainedNanos service of the whole program so far (PLAS)
/// @param pathNanos service along the longest chain of calls that leads to this one (ATLAS)
/// @param waitedNanos waiting of the program's earlier calls, for the starvation ratio
/// @param ownNanos service this very call has had already, when it was begun and taken back (MLFQ)
/// @param stage how many stages of the program came before the call's
/// @param beginsStage whether it is the first call of its stage, and comes for the first time
/// @param ofProgram how much the program matters beside others: see [ProgramPriority]
/// @param remainingCalls how many calls of the program are to come after this one, where callers have said it
///     and are believed: see [RemainingCalls]. A build that does not know it leaves it empty
public record Priority(
    long attainedNanos,
    long pathNanos,
    long waitedNanos,
    long ownNanos,
    int stage,
    boolean beginsStage,
    int ofProgram,
    OptionalInt remainingCalls) {

  public static final Priority NEWCOMER =
      new Priority(0, 0, 0, 0, 0, true, ProgramPriority.DEFAULT, OptionalInt.empty());
}
