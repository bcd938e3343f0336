package dev.troupe.schedule;

import dev.troupe.program.Priority;
import dev.troupe.program.ProgramPriority;

/// Which service of a call and its program decides over its level, and who counts as starving.
///
/// A program's priority weighs the service that places its calls in a level, and not the one by which it
/// starves: who matters little is promoted as soon as any other.
public enum Discipline {
  /// Arrival order. The baseline that every experiment has below it.
  FCFS,
  /// The call's own service: a program that splits its work into many calls always looks new. The
  /// paper's second baseline. A call starves alone.
  MLFQ,
  /// Service of the whole program so far: program-level attained service.
  PLAS,
  /// Service along the longest chain of calls that leads to this one: adaptive thread-level attained
  /// service. Equals PLAS for a program without parallel calls. A wide and shallow program looks
  /// short to it.
  ATLAS,
  /// What the call still costs its engine, by its length and what is cached of it, less what it has
  /// waited: [LeastCostQueue], without levels.
  LEAST_COST;

  /// The service that places a call in a level, weighed by the program's priority.
  long serviceNanos(Priority priority) {
    long nanos =
        switch (this) {
          case FCFS, LEAST_COST -> 0;
          case MLFQ -> priority.ownNanos();
          case PLAS -> priority.attainedNanos() + priority.ownNanos();
          case ATLAS -> priority.pathNanos() + priority.ownNanos();
        };
    return ProgramPriority.weighed(nanos, priority.ofProgram());
  }

  /// What the one that may starve has received: the program, or the call where calls stand alone.
  long receivedNanos(Priority priority) {
    return switch (this) {
      case FCFS, LEAST_COST -> 0;
      case MLFQ -> priority.ownNanos();
      case PLAS, ATLAS -> priority.attainedNanos() + priority.ownNanos();
    };
  }

  /// What it has waited before this call.
  long earlierWaitNanos(Priority priority) {
    return switch (this) {
      case FCFS, MLFQ, LEAST_COST -> 0;
      case PLAS, ATLAS -> priority.waitedNanos();
    };
  }

  boolean hasLevels() {
    return this != FCFS && this != LEAST_COST;
  }

  boolean promotesPrograms() {
    return switch (this) {
      case FCFS, MLFQ, LEAST_COST -> false;
      case PLAS, ATLAS -> true;
    };
  }
}
