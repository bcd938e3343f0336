package dev.troupe.program;

import dev.troupe.engine.EngineId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// What a program looks like from outside, at one moment. Times are ages, so that it reads the same
/// on every node.
///
/// @param source how the program was recognized, such as `x-program-id` or `prefix`
/// @param isMultithreaded whether calls of it have run side by side
/// @param sinceArrivalNanos since its latest call arrived
/// @param sinceCompletionNanos since its latest call ended; absent before the first
/// @param engines engines that served it, latest first
/// @param priority how much it matters beside others: see [ProgramPriority]. It and what follows are last,
///     because a program is stored by place: one that was stored without is read with 0 and empty
/// @param remainingCalls how many calls are still to begin, where callers have said it and are believed:
///     see [RemainingCalls]
/// @param cancelledCalls ended calls that are neither completed nor failed
public record ProgramView(
    Program.Id id,
    State state,
    Optional<Program.Id> parent,
    String source,
    Map<String, String> metadata,
    Standing standing,
    boolean isMultithreaded,
    boolean isPromoted,
    long ageNanos,
    long sinceArrivalNanos,
    Optional<Long> sinceCompletionNanos,
    long totalCalls,
    long completedCalls,
    long failedCalls,
    long promptTokens,
    long cachedTokens,
    long outputTokens,
    List<EngineId> engines,
    List<CallView> calls,
    int priority,
    OptionalInt remainingCalls,
    long cancelledCalls) {

  public enum State {
    /// No call is open.
    IDLE,
    WAITING,
    RUNNING,
    COMPLETED,
    FAILED,
    TIMED_OUT;

    /// Whether the program is over.
    public boolean isFinal() {
      return switch (this) {
        case IDLE, WAITING, RUNNING -> false;
        case COMPLETED, FAILED, TIMED_OUT -> true;
      };
    }
  }

  public ProgramView {
    metadata = Map.copyOf(metadata);
    engines = List.copyOf(engines);
    calls = List.copyOf(calls);
  }

  /// Waiting over attained service; infinite for a program that waits and has attained nothing.
  public double starvationRatio() {
    if (standing.attainedNanos() == 0) {
      return standing.waitedNanos() == 0 ? 0 : Double.POSITIVE_INFINITY;
    }
    return (double) standing.waitedNanos() / standing.attainedNanos();
  }

  /// The same program, that much later, when nothing has happened meanwhile.
  public ProgramView later(long nanos) {
    return new ProgramView(
        id,
        state,
        parent,
        source,
        metadata,
        standing,
        isMultithreaded,
        isPromoted,
        ageNanos + nanos,
        sinceArrivalNanos + nanos,
        sinceCompletionNanos.map(since -> since + nanos),
        totalCalls,
        completedCalls,
        failedCalls,
        promptTokens,
        cachedTokens,
        outputTokens,
        engines,
        calls.stream().map(call -> call.later(nanos)).toList(),
        priority,
        remainingCalls,
        cancelledCalls);
  }

  public ProgramView withStanding(Standing standing) {
    return with(standing, metadata, calls);
  }

  /// The same program without its metadata and its calls.
  public ProgramView withoutDetails() {
    return with(standing, Map.of(), List.of());
  }

  /// The same program with no more than its latest ended calls and its latest open ones.
  public ProgramView withLatestCalls(int endedCalls, int openCalls) {
    var open = calls.stream().filter(call -> !call.hasEnded()).toList();
    var kept =
        Stream.concat(
                // In their order of arrival.
                open.stream().skip(Math.max(0, open.size() - openCalls)),
                calls.stream().filter(CallView::hasEnded).limit(endedCalls))
            .toList();
    return with(standing, metadata, kept);
  }

  private ProgramView with(Standing standing, Map<String, String> metadata, List<CallView> calls) {
    return new ProgramView(
        id,
        state,
        parent,
        source,
        metadata,
        standing,
        isMultithreaded,
        isPromoted,
        ageNanos,
        sinceArrivalNanos,
        sinceCompletionNanos,
        totalCalls,
        completedCalls,
        failedCalls,
        promptTokens,
        cachedTokens,
        outputTokens,
        engines,
        calls,
        priority,
        remainingCalls,
        cancelledCalls);
  }

  /// A call of the program: all open ones and the latest ended ones.
  ///
  /// @param pathNanos service along the longest chain of calls that leads to it
  /// @param level the queue level it was dispatched from; absent while it waits
  /// @param isCancelled whether it has ended and its caller did that. Its state is `FAILED` then: to builds
  ///     that know no more, that is how it ended
  public record CallView(
      Call.Id id,
      CallState state,
      List<Call.Id> parents,
      long ageNanos,
      long waitedNanos,
      long serviceNanos,
      long pathNanos,
      Optional<Integer> level,
      Usage usage,
      Optional<EngineId> engine,
      boolean isCancelled) {

    public CallView {
      parents = List.copyOf(parents);
    }

    boolean hasEnded() {
      return state == CallState.COMPLETED || state == CallState.FAILED;
    }

    /// Whether somebody else runs it: it runs, on no engine of ours.
    boolean isExternal() {
      return state == CallState.RUNNING && engine.isEmpty();
    }

    private CallView later(long nanos) {
      return new CallView(
          id,
          state,
          parents,
          ageNanos + nanos,
          waitedNanos,
          serviceNanos,
          pathNanos,
          level,
          usage,
          engine,
          isCancelled);
    }
  }

  public enum CallState {
    WAITING,
    RUNNING,
    COMPLETED,
    FAILED
  }
}
