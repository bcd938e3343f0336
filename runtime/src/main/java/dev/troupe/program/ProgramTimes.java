package dev.troupe.program;

import java.util.Optional;

/// When a program began, over its lives, when its latest calls came and ended, and when
/// anything was heard of it. By the clock of this life; an earlier one's was another. Mutable,
/// confined; every method takes O(1).
final class ProgramTimes {

  private long bornNanos;
  private long arrivalNanos;
  private long newsNanos;
  private Optional<Long> completionNanos = Optional.empty();

  ProgramTimes(long nowNanos) {
    this.bornNanos = nowNanos;
    this.arrivalNanos = nowNanos;
    this.newsNanos = nowNanos;
  }

  /// Anything was said of the program.
  void heard(long nowNanos) {
    newsNanos = nowNanos;
  }

  /// A call came.
  void arrived(long nowNanos) {
    arrivalNanos = nowNanos;
  }

  /// A call has ended.
  void completed(long nowNanos) {
    completionNanos = Optional.of(nowNanos);
  }

  /// Takes over what an earlier life left behind.
  ///
  /// @param isLate whether anything was said of the program in this life before
  void restore(ProgramView kept, boolean isLate, long nowNanos) {
    bornNanos = Math.min(bornNanos, nowNanos - kept.ageNanos());
    arrivalNanos = isLate ? arrivalNanos : nowNanos - kept.sinceArrivalNanos();
    completionNanos =
        completionNanos.or(() -> kept.sinceCompletionNanos().map(since -> nowNanos - since));
  }

  long ageNanos(long nowNanos) {
    return nowNanos - bornNanos;
  }

  long sinceArrivalNanos(long nowNanos) {
    return nowNanos - arrivalNanos;
  }

  /// Empty where no call has ended.
  Optional<Long> sinceCompletionNanos(long nowNanos) {
    return completionNanos.map(at -> nowNanos - at);
  }

  /// For how long nothing was said of the program.
  long silentNanos(long nowNanos) {
    return nowNanos - newsNanos;
  }
}
