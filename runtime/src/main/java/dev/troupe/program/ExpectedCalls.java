package dev.troupe.program;

import java.util.OptionalInt;

/// How many calls of a program are still to begin, as its callers have said, and whether that is believed.
///
/// What was said last counts, less what began since. It is believed until the program has begun more than
/// [#SLACK] times as many stages as calls were to come by anything that was ever said of it: a wrong guess is
/// forgiven within that factor, and whoever says with each call that it is the last is believed for two
/// stages, and from the third on not any more, whatever is said then. Stages, since of calls side by side
/// nobody can say which comes after which; there are never more of them than calls.
///
/// What was said ends with the program, and how long it is believed does not: who ends it with each call is
/// believed no longer than who does not.
///
/// A call that leaves without service had not begun. Mutable, confined; every method takes O(1).
final class ExpectedCalls {

  /// By how much too few calls may have been said.
  static final int SLACK = 2;

  private boolean isSaid;
  // Whether anything ever was, and whether it was in this life of the program.
  private boolean isBound;
  private boolean isOwn;
  // Of what was said last; negative when more have come. Before, less than none by those that have.
  private long ahead;
  // Stages that may begin before it is not believed any more; counted like these.
  private long believed;

  /// Somebody says how many are to begin from now on, the next one among them.
  ///
  /// @param isStageBegun whether the next one belongs to a stage that has begun
  void said(long calls, boolean isStageBegun) {
    long most = Math.max(0, SLACK * calls - (isStageBegun ? 1 : 0));
    believed = isBound ? Math.min(believed, most) : most;
    ahead = calls;
    isSaid = true;
    isBound = true;
    isOwn = true;
  }

  /// What an earlier life of the program left; nothing where this one has been told something itself. What has
  /// begun since, as far as this one knows, comes off.
  void restore(long calls) {
    if (!isBound) {
      believed += SLACK * calls;
      ahead += calls;
      isSaid = true;
      isBound = true;
    }
  }

  /// The program has ended. What it makes if it goes on nobody has said.
  void over() {
    isSaid = false;
  }

  /// A call has begun.
  ///
  /// @param isStageBegun whether its stage had begun before
  void began(boolean isStageBegun) {
    ahead--;
    believed -= isStageBegun ? 0 : 1;
  }

  /// A call has begun of which an earlier life of the program has not told. What this one has been told came
  /// later, and is of others.
  void beganEarlier() {
    ahead -= isOwn ? 0 : 1;
  }

  /// A call that had begun has not. Its stage has.
  void withdrawn() {
    ahead++;
  }

  /// How many are still to begin; empty where nobody has said it, or it is not believed.
  OptionalInt remaining() {
    return after(0, true);
  }

  /// How many are to begin after the next.
  ///
  /// @param isStageBegun whether the next one belongs to a stage that has begun
  OptionalInt afterNext(boolean isStageBegun) {
    return after(1, isStageBegun);
  }

  private OptionalInt after(int calls, boolean isStageBegun) {
    return isSaid && believed >= (isStageBegun ? 0 : 1)
        ? OptionalInt.of((int) Math.clamp(ahead - calls, 0, RemainingCalls.MOST))
        : OptionalInt.empty();
  }
}
