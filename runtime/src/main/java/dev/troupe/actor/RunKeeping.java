package dev.troupe.actor;

import dev.troupe.plan.RunPolicy.Durability;
import dev.troupe.run.Recorded;
import dev.troupe.run.Run;
import dev.troupe.run.RunAction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/// What of a run's history is in storage, what waits until it is, and what of it may be known.
/// Confined to the run's actor.
///
/// With durability `sync` nothing follows from an event before it is kept: no step starts,
/// nobody is answered, and nobody who follows the run is told.
final class RunKeeping {

  /// What follows from events.
  ///
  /// @param upTo number of the last of them
  /// @param answer to whoever asked
  record Effect(long upTo, List<RunAction> actions, Runnable answer) {}

  private final RunJournal.Key key;
  private final RunPorts ports;
  private final Run run;
  private final RunHistory history = new RunHistory();
  private final Deque<Effect> waiting = new ArrayDeque<>();

  RunKeeping(RunJournal.Key key, RunPorts ports, Run run) {
    this.key = key;
    this.ports = ports;
    this.run = run;
  }

  /// Whether storage is to have the run.
  boolean isKept() {
    return run.isSubmitted() && run.policy().durability() != Durability.NONE;
  }

  /// Whether nothing is left to be kept, or waits for that.
  boolean isDone() {
    return waiting.isEmpty() && history.unkept() == 0;
  }

  /// Takes in what storage has.
  void read(List<Recorded> events) {
    history.read(events);
  }

  /// Takes in what has happened.
  ///
  /// @return the effect, unless it has to wait
  Optional<Effect> take(List<Recorded> events, Effect effect) {
    history.add(events, isKept());
    boolean waits = waitsForStorage() && !events.isEmpty();
    // Effects keep their order, though storage may have caught up meanwhile.
    if (waits || !waiting.isEmpty()) {
      waiting.add(effect);
      return Optional.empty();
    }
    return Optional.of(effect);
  }

  /// A run that does not wait for storage does so when storage is far behind.
  private boolean waitsForStorage() {
    return isKept()
        && (run.policy().durability() == Durability.SYNC
            || history.unkept() > ports.settings().maxUnkept());
  }

  /// Begins to keep what is not kept. To be told of its end by [#kept].
  ///
  /// @param isToldOf whether somebody is still to be told of the run's events
  /// @return none where there is nothing, or something is being kept already
  Optional<CompletionStage<Done>> begin(boolean isToldOf) {
    var events = history.beginKeeping();
    return events.isEmpty()
        ? Optional.empty()
        : Optional.of(ports.journal().append(head(isToldOf), events));
  }

  /// Keeps what is listed of the run, without an event.
  CompletionStage<Done> keepHead(boolean isToldOf) {
    return ports.journal().append(head(isToldOf), List.of());
  }

  private RunJournal.Head head(boolean isToldOf) {
    return new RunJournal.Head(
        key,
        run.state(),
        run.state().isTerminal() && !isToldOf,
        run.submittedAtMillis(),
        run.updatedAtMillis(),
        run.metadata());
  }

  /// What was begun is kept.
  ///
  /// @return the effects that waited for it
  List<Effect> kept() {
    history.kept();
    var due = new ArrayList<Effect>();
    while (!waiting.isEmpty() && waiting.element().upTo() <= history.keptUpTo()) {
      due.add(waiting.remove());
    }
    return due;
  }

  /// Whether all events from a number on are in memory; those that are not are to be read.
  boolean remembersFrom(long from) {
    return history.reaches(from);
  }

  /// Events that may be known, in order, a page of them.
  ///
  /// @param from number of the first
  List<Recorded> visible(long from, int most) {
    return history.events(from, visibleUpTo(), most);
  }

  /// The number of the last event that may be known: nobody is told what a crash could undo,
  /// where the run waits for storage.
  long visibleUpTo() {
    return waitsForStorage() ? history.keptUpTo() : run.sequence();
  }

  /// Whether it may be known that nothing follows.
  boolean isVisiblyOver() {
    return run.state().isTerminal() && visibleUpTo() == run.sequence();
  }
}
