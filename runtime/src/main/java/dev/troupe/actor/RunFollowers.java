package dev.troupe.actor;

import dev.troupe.actor.RunActor.Follow;
import dev.troupe.actor.RunActor.Followed;
import dev.troupe.actor.RunActor.Lapsed;
import dev.troupe.actor.RunActor.PastRead;
import dev.troupe.run.Pages;
import dev.troupe.run.Recorded;
import dev.troupe.run.Run;
import java.util.ArrayList;
import java.util.List;

/// Who follows a run: told of its events that are in memory as soon as they may be known, and
/// of earlier ones when they are read. Confined to the run's actor.
final class RunFollowers {

  private final RunScope scope;
  private final Run run;
  private final RunKeeping keeping;
  private final List<Follow> waiting = new ArrayList<>();

  RunFollowers(RunScope scope, Run run, RunKeeping keeping) {
    this.scope = scope;
    this.run = run;
    this.keeping = keeping;
  }

  /// Somebody wants to be told of events: with the next [#tell], if there are some.
  void add(Follow follow) {
    if (!run.isSubmitted()) {
      follow.replyTo().tell(new Followed(List.of(), false, true));
    } else if (keeping.remembersFrom(follow.from())) {
      waiting.add(follow);
      scope.timers().startSingleTimer(follow, new Lapsed(follow), follow.patience());
    } else {
      readPast(follow);
    }
  }

  private void readPast(Follow follow) {
    scope
        .context()
        .pipeToSelf(
            scope.ports().journal().read(scope.key(), follow.from(), follow.most()),
            (events, failure) ->
                new PastRead(
                    follow, failure == null ? Pages.events(events, follow.most()) : List.of()));
  }

  /// Answers one with the events that it asked for.
  void answer(Follow follow, List<Recorded> events) {
    long next = events.isEmpty() ? follow.from() : events.getLast().sequence() + 1;
    boolean isOver = keeping.isVisiblyOver() && next > keeping.visibleUpTo();
    follow.replyTo().tell(new Followed(events, true, isOver));
  }

  /// Answers one that has waited for long enough; harmless when it was answered before.
  void lapse(Follow follow) {
    if (waiting.remove(follow)) {
      follow.replyTo().tell(new Followed(List.of(), true, false));
    }
  }

  /// Answers all for whom there is something.
  void tell() {
    for (var follow : List.copyOf(waiting)) {
      if (follow.from() <= keeping.visibleUpTo() || keeping.isVisiblyOver()) {
        waiting.remove(follow);
        answer(follow, keeping.visible(follow.from(), follow.most()));
      }
    }
  }
}
