package dev.troupe.schedule;

import static dev.troupe.schedule.WaitingCall.nanos;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.program.Call;
import dev.troupe.schedule.CallQueue.Next;
import dev.troupe.schedule.CallQueueContract.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/// Under any sequence of arrivals and dispatches, every waiting call is promoted at the latest at
/// `arrival + max(threshold, ratio × attained)`, and with it all that its program has waiting then.
class PromotionPropertyTest {

  private static final double RATIO = 3.0;
  private static final double THRESHOLD_SECONDS = 5;

  @Provide
  Arbitrary<Step> steps() {
    CallQueueContract contract = PromotionPropertyTest::newQueue;
    return contract.steps();
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void everyProgramIsPromotedInBoundedTime(
      @ForAll @Size(max = 150) List<@From("steps") Step> steps) {
    var queue = newQueue();
    var waiting = new HashMap<Call.Id, Waiting>();
    int number = 0;
    double now = 0;
    for (var step : steps) {
      now += step.seconds();
      var arriving = step.waiting(number++, now);
      queue.add(arriving);
      waiting.put(arriving.call().id(), arriving);
      if (step.what() != Step.What.ADD) {
        queue.poll(nanos(now)).ifPresent(next -> waiting.remove(next.waiting().call().id()));
      }
      checkPromotions(queue, waiting.values(), nanos(now));
    }
  }

  private static void checkPromotions(
      MultilevelQueue queue, Collection<Waiting> waiting, long nowNanos) {
    var order = new ArrayList<Next>();
    queue.inOrder(nowNanos).forEachRemaining(order::add);
    queue.checkInvariants();
    assertThat(order).hasSameSizeAs(waiting);
    for (var next : order) {
      boolean mustBePromoted =
          waiting.stream()
              .filter(call -> call.call().program().equals(next.waiting().call().program()))
              .map(PromotionPropertyTest::starvesAtNanos)
              .anyMatch(starvesAtNanos ->
                  starvesAtNanos <= nowNanos && next.waiting().arrivalNanos() <= starvesAtNanos);
      if (mustBePromoted) {
        assertThat(next.promoted()).isTrue();
        assertThat(next.level()).isZero();
      }
    }
  }

  /// Reckoned here once more, by the words of the rule.
  private static long starvesAtNanos(Waiting call) {
    var priority = call.priority();
    double receivedSeconds = (priority.attainedNanos() + priority.ownNanos()) / 1e9;
    return call.arrivalNanos() + nanos(Math.max(THRESHOLD_SECONDS, RATIO * receivedSeconds));
  }

  private static MultilevelQueue newQueue() {
    return new MultilevelQueue(
        Discipline.PLAS,
        new Levels(8, nanos(1)),
        new Starvation(RATIO, nanos(THRESHOLD_SECONDS), nanos(10)));
  }
}
