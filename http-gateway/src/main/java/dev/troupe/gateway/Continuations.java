package dev.troupe.gateway;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.troupe.program.Call;
import dev.troupe.program.Fingerprint;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Which calls have been followed by another. Tells apart calls that look the same: each program that
/// stands at such a point most likely goes on once, so a call that nothing has followed yet comes
/// first.
///
/// Safe for use by many threads; of several that want the same call, one is first. Between gateways
/// that is so once they have told each other. Until then it helps that each begins with its own calls,
/// and goes on with those of others in an order of its own.
final class Continuations {

  private final RecentEntries<Call.Id, Boolean> followed;
  private final OtherGateways others;
  private final long salt;

  /// @param salt another number in every gateway
  Continuations(IdentitySettings settings, Ticker ticker, OtherGateways others, long salt) {
    this.followed = new RecentEntries<>(settings, ticker);
    this.others = others;
    this.salt = salt;
  }

  /// One of several turns that are equally likely: the first that nothing has followed yet, which is
  /// followed from now on; else the latest.
  ///
  /// @param turns at least one, oldest first
  Turn choose(List<Turn> turns) {
    return turns.stream()
        .filter(Predicate.not(Turn::isTold))
        .filter(this::isFirstToFollow)
        .findFirst()
        .or(() ->
            turns.stream()
                .filter(Turn::isTold)
                .sorted(Comparator.comparingLong(this::ownOrder))
                .filter(this::isFirstToFollow)
                .findFirst())
        .orElseGet(turns::getLast);
  }

  /// Remembers a call that another gateway has seen followed.
  void learn(Call.Id call) {
    followed.add(call, true);
  }

  /// All that is remembered, for a gateway that has just come.
  Stream<Note> recall() {
    return followed.latest().reversed().stream().map(entry -> new Note.OfFollowed(entry.getKey()));
  }

  private boolean isFirstToFollow(Turn turn) {
    boolean isFirst = followed.add(turn.call(), true);
    if (isFirst) {
      others.tell(new Note.OfFollowed(turn.call()));
    }
    return isFirst;
  }

  private long ownOrder(Turn turn) {
    return Fingerprint.chain(salt, Fingerprint.of(turn.call().value()));
  }
}
