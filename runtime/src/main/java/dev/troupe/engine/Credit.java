package dev.troupe.engine;

/// Room on an engine that its scheduler may spend.
///
/// @param slots calls
/// @param kvTokens tokens of KV cache; [#UNLIMITED] where nothing bounds them; less than none when the
///     last call took more than there was, which later offers make up for
public record Credit(int slots, long kvTokens) {

  public static final long UNLIMITED = Long.MAX_VALUE / 4;

  public static final Credit NONE = new Credit(0, 0);

  /// What an earlier and a later offer are worth together.
  public Credit plus(Credit more) {
    return new Credit(slots + more.slots, Math.min(UNLIMITED, kvTokens + more.kvTokens));
  }

  /// What is left when a call that may hold so many tokens has been sent.
  public Credit minus(long callKvTokens) {
    long left = kvTokens == UNLIMITED ? UNLIMITED : kvTokens - callKvTokens;
    return new Credit(Math.max(0, slots - 1), left);
  }

  /// Whether a call can be sent. It may be larger than the tokens that are left: an engine that has
  /// any takes one call too many, so that large calls need not wait until much is free at once.
  public boolean hasRoom() {
    return slots > 0 && kvTokens > 0;
  }
}
