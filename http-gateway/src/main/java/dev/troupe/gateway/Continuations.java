package dev.troupe.gateway;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.troupe.program.Call;
import java.util.List;

/// Which calls have been followed by another. Tells apart calls that look the same: each program that
/// stands at such a point most likely goes on once, so a call that nothing has followed yet comes
/// first.
///
/// Safe for use by many threads; of several that want the same call, one is first.
final class Continuations {

  private final RecentEntries<Call.Id, Boolean> followed;

  Continuations(IdentitySettings settings, Ticker ticker) {
    this.followed = new RecentEntries<>(settings, ticker);
  }

  /// One of several turns that are equally likely: the first that nothing has followed yet, which is
  /// followed from now on; else the latest.
  ///
  /// @param turns at least one, oldest first
  Turn choose(List<Turn> turns) {
    for (var turn : turns) {
      if (followed.add(turn.call(), true)) {
        return turn;
      }
    }
    return turns.getLast();
  }
}
