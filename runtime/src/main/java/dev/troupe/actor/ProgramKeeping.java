package dev.troupe.actor;

import dev.troupe.actor.ProgramActor.Command;
import dev.troupe.program.ProgramRecord;
import dev.troupe.program.ProgramView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/// What storage has of a program, and what is still to be written. Confined to the program's actor.
///
/// Storage may be silent when a program comes to life. The program begins then with what its callers say of
/// it and reads again, after a pause that grows. Nothing is written before it has read: what it knows then is
/// not all that it has attained. And whoever asks for a program, or ends a call, of which nothing is known yet
/// waits: to say that there is none would be wrong.
final class ProgramKeeping {

  private enum Reading {
    /// There was nothing to be read: the program's id was made for its first call.
    NEEDLESS,
    AHEAD,
    UNDER_WAY,
    DONE
  }

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /// Who has asked before a pause of that length has given up.
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private final ProgramPorts ports;
  private final ProgramRecord record;
  private Reading reading = Reading.AHEAD;
  private final List<Command> questions = new ArrayList<>();
  private long nextAtNanos;
  private boolean isAlarmSet;
  private Duration pause = FIRST_PAUSE;

  /// @param record the program, of which nothing has been said yet
  ProgramKeeping(ProgramPorts ports, ProgramRecord record) {
    this.ports = ports;
    this.record = record;
    this.nextAtNanos = now();
  }

  /// Nothing can be in storage.
  void isNew() {
    reading = Reading.NEEDLESS;
  }

  /// Whether to [#read] now.
  boolean isToBeRead() {
    return reading == Reading.AHEAD && now() - nextAtNanos >= 0;
  }

  /// Whether storage may have something that is not known yet.
  boolean isUnread() {
    return reading == Reading.AHEAD || reading == Reading.UNDER_WAY;
  }

  /// Keeps a question that cannot be answered before storage is.
  ///
  /// @param isAnswerable whether it can
  /// @return whether it is kept
  boolean holds(Command question, boolean isAnswerable) {
    if (!isUnread() || isAnswerable) {
      return false;
    }
    questions.add(question);
    return true;
  }

  /// How long from now on the program is to be woken to read, though nothing else may happen to it: somebody
  /// waits, or something is to be written. To be told of it by [#wake].
  ///
  /// @return empty where that is not needed, or was said before
  Optional<Duration> nextAlarm() {
    boolean isAwaited = !questions.isEmpty() || record.hasChanged();
    if (isAlarmSet || reading != Reading.AHEAD || !isAwaited) {
      return Optional.empty();
    }
    isAlarmSet = true;
    return Optional.of(Duration.ofNanos(Math.max(0, nextAtNanos - now())));
  }

  void wake() {
    isAlarmSet = false;
  }

  /// The questions that were kept, to be asked again.
  List<Command> takeQuestions() {
    var taken = List.copyOf(questions);
    questions.clear();
    return taken;
  }

  /// Begins to read. To be told of its end by [#wasRead] or [#wasSilent].
  CompletionStage<Optional<ProgramView>> read() {
    reading = Reading.UNDER_WAY;
    return ports.standings().load(record.id());
  }

  /// A program that is told to stop while it reads may be answered twice; the first answer counts.
  ///
  /// @param kept what storage has of the program, if anything
  void wasRead(Optional<ProgramView> kept) {
    if (!isUnread()) {
      return;
    }
    reading = Reading.DONE;
    kept.ifPresent(view -> record.restore(view, now()));
    saveChanges();
  }

  void wasSilent() {
    reading = Reading.AHEAD;
    nextAtNanos = now() + pause.toNanos();
    if (pause.compareTo(PATIENCE) >= 0) {
      questions.clear();
    }
    pause =
        pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
  }

  /// Writes the program as it is now, later.
  void save() {
    if (!isUnread()) {
      write();
    }
  }

  /// Of a hundred thousand idle programs that leave at once, few have anything to save.
  void saveChanges() {
    if (record.hasChanged()) {
      save();
    }
  }

  /// The program leaves memory: what it knows is written even if it could not be read. Of its standing the
  /// larger account stays in storage.
  void saveRest() {
    if (record.hasChanged()) {
      write();
    }
  }

  /// Ends once what was written is in storage.
  CompletionStage<Done> saved() {
    return ports.standings().saved(record.id());
  }

  private void write() {
    if (record.isKnown() && (reading != Reading.NEEDLESS || record.isWorthKeeping())) {
      ports.standings().save(record.view(now()));
      record.kept();
    }
  }

  private long now() {
    return ports.nanoClock().getAsLong();
  }
}
