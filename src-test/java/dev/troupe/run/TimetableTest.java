package dev.troupe.run;

import static dev.troupe.run.Steps.failFast;
import static dev.troupe.run.Steps.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.plan.Plan;
import dev.troupe.plan.Submission.Webhook;
import dev.troupe.program.Tenant;
import dev.troupe.run.Timetable.Firing;
import dev.troupe.run.Timetable.Key;
import dev.troupe.run.Timetable.Scheduled;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("DS-1")
class TimetableTest {

  private static final Instant START = Instant.parse("2027-03-01T00:00:00Z");
  private static final Tenant TENANT = new Tenant("t");

  private final Timetable timetable = new Timetable();

  private static Instant at(long seconds) {
    return START.plusSeconds(seconds);
  }

  private static Key key(String id) {
    return new Key(TENANT, id);
  }

  private static Scheduled scheduled(String id, Schedule schedule) {
    var submit = RunCommand.Submit.of(new RunId("any"), Plan.of(List.of(step("a"))), failFast());
    return Scheduled.of(key(id), schedule, submit, START);
  }

  /// The runs that begin at a time, each of which begins indeed.
  private List<String> begun(long seconds) {
    var firings = timetable.due(at(seconds));
    firings.forEach(firing -> timetable.fired(firing, Optional.empty(), at(seconds)));
    return firings.stream().map(firing -> firing.submit().run().value()).toList();
  }

  @Test
  void whatWasDeletedWhileStorageWasReadDoesNotComeBack() {
    var reloading = new Reloading();
    var read = List.of(scheduled("gone", new Schedule.Once(START)));

    reloading.begun();
    reloading.begun();
    reloading.deleted(key("gone"));

    assertThat(reloading.ended(read)).isEmpty();
    assertThat(reloading.ended(read)).isEmpty();
    reloading.begun();
    assertThat(reloading.ended(read)).hasSize(1);
  }

  @Test
  void eachTimeHasOneRunWhoseIdFollowsFromIt() {
    timetable.put(scheduled("tick", new Schedule.FixedRate(at(10), Duration.ofSeconds(10))), START);

    assertThat(timetable.nextMillis()).hasValue(at(10).toEpochMilli());
    assertThat(begun(9)).isEmpty();
    assertThat(begun(10)).containsExactly("tick@2027-03-01T00:00:10Z");
    assertThat(begun(10)).isEmpty();
    assertThat(begun(20)).containsExactly("tick@2027-03-01T00:00:20Z");
    assertThat(timetable.find(key("tick")).orElseThrow().latest())
        .contains(new RunId("tick@2027-03-01T00:00:20Z"));
  }

  @Test
  void eachRunIsAsItWasSubmittedButForItsId() {
    var webhook = Optional.of(new Webhook("https://example.org/", Optional.of("s"), List.of()));
    var submit = scheduled("tick", new Schedule.Once(at(1))).submit().withWebhook(webhook);
    timetable.put(Scheduled.of(key("tick"), new Schedule.Once(at(1)), submit, START), START);

    var begun = timetable.due(at(1)).getFirst().submit();

    assertThat(begun.webhook()).isEqualTo(webhook);
    assertThat(begun.as(submit.run())).isEqualTo(submit);
  }

  @Test
  void ofMissedTimesTheLastIsMadeUpForOnce() {
    timetable.put(scheduled("tick", new Schedule.FixedRate(at(10), Duration.ofSeconds(10))), START);

    assertThat(begun(57)).containsExactly("tick@2027-03-01T00:00:50Z");
    assertThat(begun(59)).isEmpty();
    assertThat(begun(60)).containsExactly("tick@2027-03-01T00:01:00Z");
  }

  @Test
  void whatIsDueIsUnderWayUntilItIsKnownWhatCameOfIt() {
    timetable.put(scheduled("once", new Schedule.Once(at(5))), START);

    var firing = timetable.due(at(5)).getFirst();
    assertThat(timetable.due(at(6))).isEmpty();
    timetable.postpone(firing, at(7));
    assertThat(timetable.due(at(6))).isEmpty();
    assertThat(timetable.due(at(7))).containsExactly(firing);
    timetable.fired(firing, Optional.empty(), at(7));

    assertThat(timetable.nextMillis()).isEmpty();
    assertThat(timetable.find(key("once"))).isPresent();
  }

  @Test
  void aRebuiltTimetableAsksForTheSameRunAgainWhereItIsNotKnownToHaveBegun() {
    var once = scheduled("once", new Schedule.Once(at(5)));
    timetable.put(once, START);
    var firing = timetable.due(at(5)).getFirst();
    var rebuilt = new Timetable();
    rebuilt.put(once, at(6));

    assertThat(rebuilt.due(at(6))).containsExactly(firing);
    var stored = rebuilt.fired(firing, Optional.empty(), at(6)).orElseThrow();
    var later = new Timetable();
    later.put(stored, at(7));
    assertThat(later.due(at(100))).isEmpty();
  }

  @Test
  void aDelayIsCountedFromTheEndOfTheRun() {
    timetable.put(scheduled("slow", new Schedule.FixedDelay(at(1), Duration.ofSeconds(10))), START);
    assertThat(begun(1)).hasSize(1);
    assertThat(timetable.awaited()).hasSize(1);
    assertThat(begun(100)).isEmpty();

    timetable.ended(key("slow"), at(95), at(100));

    assertThat(timetable.awaited()).isEmpty();
    assertThat(begun(104)).isEmpty();
    assertThat(begun(105)).containsExactly("slow@2027-03-01T00:01:45Z");
  }

  @Test
  void aRunThatIsRefusedCountsAsEndedAndIsTold() {
    timetable.put(scheduled("slow", new Schedule.FixedDelay(at(1), Duration.ofSeconds(10))), START);
    var firing = timetable.due(at(1)).getFirst();

    timetable.fired(firing, Optional.of("no such model"), at(1));

    assertThat(timetable.find(key("slow")).orElseThrow().refusal()).contains("no such model");
    assertThat(begun(11)).hasSize(1);
    assertThat(timetable.find(key("slow")).orElseThrow().refusal()).isEmpty();
  }

  @Test
  void whatTakesTheNameOfOneThatBeginsHasItsOwnTime() {
    timetable.put(scheduled("once", new Schedule.Once(at(5))), START);
    var firing = timetable.due(at(5)).getFirst();
    timetable.remove(key("once"));
    timetable.put(scheduled("once", new Schedule.Once(at(9))), at(6));

    assertThat(timetable.fired(firing, Optional.empty(), at(7))).isEmpty();
    timetable.postpone(firing, at(8));

    assertThat(timetable.nextMillis()).hasValue(at(9).toEpochMilli());
    assertThat(begun(9)).containsExactly("once@2027-03-01T00:00:09Z");
  }

  @Test
  void whatIsRemovedWhileItBeginsIsGone() {
    timetable.put(scheduled("once", new Schedule.Once(at(5))), START);
    var firing = timetable.due(at(5)).getFirst();

    assertThat(timetable.remove(key("once"))).isTrue();
    assertThat(timetable.remove(key("once"))).isFalse();

    assertThat(timetable.fired(firing, Optional.empty(), at(6))).isEmpty();
    assertThat(timetable.of(TENANT)).isEmpty();
    assertThat(timetable.of(new Tenant("other"))).isEmpty();
  }

  @Test
  void manySchedulesFireEachAtItsTime() {
    for (int i = 0; i < 100_000; i++) {
      timetable.put(scheduled("s" + i, new Schedule.Once(at(i % 1_000))), START);
    }
    List<Firing> firings = new ArrayList<>();
    for (int second = 0; second < 1_000; second++) {
      var now = timetable.due(at(second));
      assertThat(now).hasSize(100);
      firings.addAll(now);
    }

    assertThat(firings.stream().map(Firing::key).distinct()).hasSize(100_000);
    assertThat(timetable.nextMillis()).isEmpty();
  }
}
