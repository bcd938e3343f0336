package dev.troupe.cluster;

import dev.troupe.cluster.StandingsActor.AwaitSaved;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.Done;

/// Who waits until nothing of a program is unsaved, or storage is away. Confined to the
/// actor of standings.
final class AwaitedPrograms {

  private final UnsavedPrograms unsaved;
  private final List<AwaitSaved> waiting = new ArrayList<>();

  AwaitedPrograms(UnsavedPrograms unsaved) {
    this.unsaved = unsaved;
  }

  /// Somebody waits: answered now, if there is nothing to wait for.
  void add(AwaitSaved await, boolean isAway) {
    if (!answered(await, isAway)) {
      waiting.add(await);
    }
  }

  /// Answers all who need not wait any more.
  void answer(boolean isAway) {
    waiting.removeIf(await -> answered(await, isAway));
  }

  private boolean answered(AwaitSaved await, boolean isAway) {
    boolean isOver = isAway || unsaved.find(await.program()).isEmpty();
    if (isOver) {
      await.replyTo().tell(Done.getInstance());
    }
    return isOver;
  }
}
