package dev.troupe.program;

import java.util.Collection;
import java.util.OptionalInt;

/// What a program has attained and waited, over its lives: an actor that ends and begins again, here or on
/// another node, is another life. Mutable, confined; every method takes O(1), [#restore] O(its calls).
///
/// What was charged in this life is known apart from what earlier ones left. So what they left may be heard
/// late, when storage was silent at the beginning, and nothing is lost or counted twice.
final class ProgramAccount {

  private Standing standing = Standing.NEW;
  // Of it, what this life has added.
  private Standing added = Standing.NEW;
  // Of the next call; see Priority.
  private int stage;
  private boolean isStageBegun;
  private final ExpectedCalls expected = new ExpectedCalls();
  private long failedCalls;
  private long cancelledCalls;
  private TokenCount tokens = TokenCount.ZERO;

  Standing standing() {
    return standing;
  }

  long failedCalls() {
    return failedCalls;
  }

  long cancelledCalls() {
    return cancelledCalls;
  }

  TokenCount tokens() {
    return tokens;
  }

  /// The claim of a call that lies there on the program's paths.
  Priority priorityAt(long pathNanos, int ofProgram) {
    return new Priority(
        standing.attainedNanos(),
        pathNanos,
        standing.waitedNanos(),
        0,
        stage,
        !isStageBegun,
        ofProgram,
        expected.afterNext(isStageBegun));
  }

  /// A call of the latest stage has begun.
  void begin() {
    expected.began(isStageBegun);
    isStageBegun = true;
  }

  /// A call has ended that began in an earlier life.
  void beganEarlier() {
    expected.beganEarlier();
  }

  /// A call that had begun has left without service.
  void withdrawn() {
    expected.withdrawn();
  }

  /// So many calls are to begin from now on, somebody says.
  void expects(long calls) {
    expected.said(calls, isStageBegun);
  }

  /// The program has ended: of what was expected nothing is to come.
  void over() {
    expected.over();
  }

  /// How many calls are still to begin, as callers have said; empty where they have not, or are not believed.
  OptionalInt remainingCalls() {
    return expected.remaining();
  }

  /// Somebody remembers this; it counts where it is larger.
  void hear(Standing hint) {
    standing = standing.max(hint);
  }

  /// A call has ended.
  void charge(CallRecord call) {
    if (call.priority().stage() >= stage) {
      stage = call.priority().stage() + 1;
      isStageBegun = false;
    }
    var before = standing;
    standing = before.charged(call.serviceNanos(), call.pathThroughNanos(), call.waitedNanos());
    added = added.plus(standing.minus(before));
    tokens = tokens.plus(call.usage());
    failedCalls += call.hasFailed() ? 1 : 0;
    cancelledCalls += call.isCancelled() ? 1 : 0;
  }

  /// Takes over what an earlier life left behind.
  ///
  /// @param repeated calls charged in this life that the earlier one was charged for too: their end was told
  ///     again, since its answer was lost
  void restore(ProgramView kept, Collection<CallRecord> repeated) {
    repeated.forEach(this::takeBack);
    standing = kept.standing().max(standing.minus(added)).plus(added);
    // Where calls were side by side, these are more stages than there were.
    stage = (int) Math.min(Integer.MAX_VALUE / 2, stage + kept.standing().endedCalls());
    tokens = tokens.plus(TokenCount.of(kept));
    failedCalls += kept.failedCalls();
    cancelledCalls += kept.cancelledCalls();
    kept.remainingCalls()
        .ifPresent(remaining -> expected.restore(remaining + ownOpenCalls(kept) + repeated.size()));
  }

  /// These come again, and begin once more, or end.
  private static long ownOpenCalls(ProgramView kept) {
    return kept.calls().stream().filter(call -> !call.hasEnded() && !call.isExternal()).count();
  }

  private void takeBack(CallRecord call) {
    var charge = new Standing(call.serviceNanos(), 0, call.waitedNanos(), 1);
    standing = standing.minus(charge);
    added = added.minus(charge);
    tokens = tokens.minus(call.usage());
    failedCalls -= call.hasFailed() ? 1 : 0;
    cancelledCalls -= call.isCancelled() ? 1 : 0;
  }
}
