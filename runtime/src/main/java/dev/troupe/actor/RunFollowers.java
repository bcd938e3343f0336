package dev.troupe.actor;

import dev.troupe.actor.RunActor.Follow;
import dev.troupe.actor.RunActor.Followed;
import dev.troupe.run.Recorded;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/// Who waits for the next events of a run. Confined to the run's actor.
final class RunFollowers {

  private final List<Follow> waiting = new ArrayList<>();

  void add(Follow follow) {
    waiting.add(follow);
  }

  /// Answers one that has waited for long enough; harmless when it was answered before.
  void lapse(Follow follow) {
    if (waiting.remove(follow)) {
      answer(follow, List.of(), false);
    }
  }

  /// Answers all for whom there is something.
  ///
  /// @param upTo number of the last event they may be told
  /// @param isOver whether there will be no more
  void tell(RunHistory history, long upTo, boolean isOver) {
    for (var follow : List.copyOf(waiting)) {
      if (follow.from() <= upTo || isOver) {
        waiting.remove(follow);
        var events = history.events(follow.from(), upTo, follow.most());
        answer(follow, events, isOver && isLast(events, follow, upTo));
      }
    }
  }

  /// Whether nothing follows these events, which were asked for.
  static boolean isLast(List<Recorded> events, Follow follow, long upTo) {
    return events.isEmpty() ? follow.from() > upTo : events.getLast().sequence() == upTo;
  }

  static void answer(Follow follow, List<Recorded> events, boolean isOver) {
    follow.replyTo().tell(new Followed(events, true, isOver));
  }

  /// Nobody is told of a run that is not there.
  static void refuse(ActorRef<Followed> replyTo) {
    replyTo.tell(new Followed(List.of(), false, true));
  }
}
