package dev.troupe.run;

import dev.troupe.plan.RunPolicy;
import dev.troupe.program.Tenant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Runs that are begun again and again, and when the next of each is due. Confined to its owner.
///
/// What is due stays under way until the owner says what came of it: nothing is due twice at a time. Of
/// times that were missed, the last is made up for. Each time of a schedule has one run, whose id follows
/// from both: whoever begins it again finds that it is there.
///
/// Cost: `O(log n)` for each change and each firing.
public final class Timetable {

  /// Names a schedule.
  public record Key(Tenant tenant, String id) {}

  /// Runs that are begun by the clock.
  ///
  /// @param submit what each of them is, but for its id
  /// @param past what has come of it so far
  /// @param refusal why the last of them was not begun
  public record Scheduled(
      Key key,
      Schedule schedule,
      RunCommand.Submit submit,
      Instant created,
      Schedule.Past past,
      Optional<String> refusal) {

    /// That has never fired.
    public static Scheduled of(
        Key key, Schedule schedule, RunCommand.Submit submit, Instant created) {
      return new Scheduled(key, schedule, submit, created, Schedule.Past.NONE, Optional.empty());
    }

    /// As it is stored beside what never changes.
    public Scheduled after(Schedule.Past then, Optional<String> why) {
      return new Scheduled(key, schedule, submit, created, then, why);
    }

    /// The same but for what its runs are made of, which may be large, and have secrets.
    public Scheduled outline() {
      var nothing = RunCommand.Submit.open(submit.run(), RunPolicy.DEFAULT).withOpen(false);
      return new Scheduled(key, schedule, nothing, created, past, refusal);
    }

    /// The run of the latest time.
    public Optional<RunId> latest() {
      return past.fired().map(at -> runAt(key.id(), at));
    }

    public Optional<Instant> next(Instant now) {
      return schedule.next(past, now);
    }

    /// Whether the next time is counted from the end of the run that goes on.
    boolean awaitsEnd() {
      return schedule instanceof Schedule.FixedDelay
          && past.fired().isPresent()
          && past.ended().isEmpty()
          && refusal.isEmpty();
    }
  }

  /// A run that is to begin.
  ///
  /// @param at the time of the schedule that it is for
  public record Firing(Key key, Instant at, RunCommand.Submit submit) {}

  private final Map<Key, Scheduled> all = new HashMap<>();
  private final Map<Key, Instant> underWay = new HashMap<>();
  private final DueTimes<Key> due = new DueTimes<>();

  private static RunId runAt(String schedule, Instant at) {
    return new RunId(schedule + "@" + at);
  }

  /// Takes in a schedule, in place of the one of that name.
  public void put(Scheduled scheduled, Instant now) {
    all.put(scheduled.key(), scheduled);
    plan(scheduled, now);
  }

  /// @return whether it was there
  public boolean remove(Key key) {
    due.remove(key);
    underWay.remove(key);
    return all.remove(key) != null;
  }

  public Optional<Scheduled> find(Key key) {
    return Optional.ofNullable(all.get(key));
  }

  /// Those of a tenant, by id.
  public List<Scheduled> of(Tenant tenant) {
    return all.values().stream()
        .filter(each -> each.key().tenant().equals(tenant))
        .sorted(Comparator.comparing(each -> each.key().id()))
        .toList();
  }

  /// How many a tenant has.
  public long count(Tenant tenant) {
    return all.keySet().stream().filter(key -> key.tenant().equals(tenant)).count();
  }

  public int size() {
    return all.size();
  }

  /// When the first is due; wall-clock milliseconds.
  public OptionalLong nextMillis() {
    return due.next();
  }

  /// What is to begin now.
  public List<Firing> due(Instant now) {
    List<Firing> firings = new ArrayList<>();
    for (Key key : due.due(now.toEpochMilli())) {
      Optional.ofNullable(all.get(key))
          .ifPresent(scheduled -> fire(scheduled, now).ifPresent(firings::add));
    }
    return firings;
  }

  /// The time is asked for anew: others may have been missed since.
  private Optional<Firing> fire(Scheduled scheduled, Instant now) {
    Optional<Instant> at = scheduled.next(now);
    if (at.isEmpty() || at.get().isAfter(now)) {
      plan(scheduled, now);
      return Optional.empty();
    }
    underWay.put(scheduled.key(), at.get());
    var run = runAt(scheduled.key().id(), at.get());
    return Optional.of(new Firing(scheduled.key(), at.get(), scheduled.submit().as(run)));
  }

  /// A run was begun, or refused.
  ///
  /// @return what is to be stored; none where the schedule is gone, though there be another of its name
  public Optional<Scheduled> fired(Firing firing, Optional<String> refusal, Instant now) {
    if (!underWay.remove(firing.key(), firing.at())) {
      return Optional.empty();
    }
    return change(
        firing.key(),
        // A run that never began has ended.
        new Schedule.Past(Optional.of(firing.at()), refusal.map(_ -> now)),
        refusal,
        now);
  }

  /// It is not known what came of it: it is due again at that time.
  public void postpone(Firing firing, Instant until) {
    if (underWay.remove(firing.key(), firing.at())) {
      due.put(firing.key(), until.toEpochMilli(), 0);
    }
  }

  /// Schedules whose next time depends on the end of the run that goes on.
  public List<Scheduled> awaited() {
    return all.values().stream().filter(Scheduled::awaitsEnd).toList();
  }

  /// The latest run of a schedule has ended.
  ///
  /// @return what is to be stored; none where that is not waited for
  public Optional<Scheduled> ended(Key key, Instant at, Instant now) {
    return find(key)
        .filter(Scheduled::awaitsEnd)
        .flatMap(scheduled ->
            change(
                key,
                new Schedule.Past(scheduled.past().fired(), Optional.of(at)),
                Optional.empty(),
                now));
  }

  private Optional<Scheduled> change(
      Key key, Schedule.Past past, Optional<String> refusal, Instant now) {
    return find(key)
        .map(scheduled -> {
          var changed = scheduled.after(past, refusal);
          put(changed, now);
          return changed;
        });
  }

  private void plan(Scheduled scheduled, Instant now) {
    var next = scheduled.next(now);
    if (next.isPresent() && !underWay.containsKey(scheduled.key())) {
      due.put(scheduled.key(), next.get().toEpochMilli(), 0);
    } else {
      due.remove(scheduled.key());
    }
  }
}
