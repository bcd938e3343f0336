package dev.troupe.schedule;

import static dev.troupe.schedule.WaitingCall.nanos;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.program.Call;
import dev.troupe.program.ProgramPriority;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;

/// What every [CallQueue] keeps to: what went in comes out once, the same history gives the same
/// order, and no call waits for ever.
interface CallQueueContract {

  /// No call of these tests has received more, so every one has starved by then at a ratio of 3.
  int MOST_SERVICE_SECONDS = 100;

  CallQueue newQueue();

  /// One thing that happens to a queue.
  ///
  /// @param call which call, modulo those there are
  /// @param seconds that pass before it
  record Step(
      What what,
      int call,
      int program,
      int attained,
      int path,
      int own,
      int seconds,
      int priority) {

    enum What {
      ADD,
      POLL,
      POLL_AND_PUT_BACK,
      PASS_OVER_AND_TAKE,
      REMOVE
    }

    Waiting waiting(int number, double nowSeconds) {
      return WaitingCall.of("c" + number)
          .ofProgram("p" + program)
          .attained(attained)
          .path(Math.min(path, attained))
          .own(own)
          .priority(priority)
          .arrivingAt(nowSeconds)
          .build();
    }
  }

  @Provide
  default Arbitrary<Step> steps() {
    var service = Arbitraries.integers().between(0, MOST_SERVICE_SECONDS);
    return Combinators.combine(
            Arbitraries.frequency(
                Tuple.of(6, Step.What.ADD),
                Tuple.of(2, Step.What.POLL),
                Tuple.of(1, Step.What.POLL_AND_PUT_BACK),
                Tuple.of(1, Step.What.PASS_OVER_AND_TAKE),
                Tuple.of(1, Step.What.REMOVE)),
            Arbitraries.integers().between(0, 1000),
            Arbitraries.integers().between(0, 5),
            service,
            service,
            Arbitraries.of(0, 0, 0, 7),
            Arbitraries.integers().between(0, 8),
            Arbitraries.integers().between(ProgramPriority.LEAST, ProgramPriority.MOST))
        .as(Step::new);
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  default void givesBackEachCallOnce(@ForAll @Size(max = 200) List<@From("steps") Step> steps) {
    var queue = newQueue();
    var waiting = new HashMap<Call.Id, Waiting>();
    int number = 0;
    double now = 0;
    for (var step : steps) {
      now += step.seconds();
      play(queue, waiting, step, number++, now);
      assertThat(queue.size()).isEqualTo(waiting.size());
      assertThat(queue.sizes().stream().mapToInt(size -> size).sum()).isEqualTo(waiting.size());
      assertThat(queue.oldestArrivalNanos().isPresent()).isEqualTo(!waiting.isEmpty());
      if (queue instanceof MultilevelQueue levels) {
        levels.checkInvariants();
      }
    }
    for (var next = queue.poll(nanos(now)); next.isPresent(); next = queue.poll(nanos(now))) {
      assertThat(waiting.remove(next.get().waiting().call().id())).isNotNull();
    }
    assertThat(waiting).isEmpty();
  }

  private static void play(
      CallQueue queue, Map<Call.Id, Waiting> waiting, Step step, int number, double now) {
    switch (step.what()) {
      case ADD -> {
        var added = step.waiting(number, now);
        queue.add(added);
        waiting.put(added.call().id(), added);
      }
      case POLL -> {
        var next = queue.poll(nanos(now));
        assertThat(next.isPresent()).isEqualTo(!waiting.isEmpty());
        next.ifPresent(taken ->
            assertThat(waiting.remove(taken.waiting().call().id())).isEqualTo(taken.waiting()));
      }
      case POLL_AND_PUT_BACK -> {
        var first = queue.poll(nanos(now));
        first.ifPresent(queue::putBack);
        var again = queue.poll(nanos(now));
        assertThat(again).isEqualTo(first);
        again.ifPresent(queue::putBack);
      }
      case PASS_OVER_AND_TAKE -> {
        var calls = queue.inOrder(nanos(now));
        Optional<Waiting> last = Optional.empty();
        for (int passed = 0; passed <= step.call() % 4 && calls.hasNext(); passed++) {
          last = Optional.of(calls.next().waiting());
        }
        if (last.isPresent()) {
          calls.remove();
          assertThat(waiting.remove(last.get().call().id())).isNotNull();
        }
      }
      case REMOVE -> {
        var id = new Call.Id("c" + step.call() % Math.max(1, number));
        assertThat(queue.contains(id)).isEqualTo(waiting.containsKey(id));
        assertThat(queue.remove(id)).isEqualTo(Optional.ofNullable(waiting.remove(id)));
        assertThat(queue.remove(id)).isEmpty();
      }
    }
  }

  @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
  default void theSameHistoryGivesTheSameOrder(
      @ForAll @Size(max = 100) List<@From("steps") Step> steps) {
    assertThat(order(steps)).isEqualTo(order(steps));
  }

  private List<String> order(List<Step> steps) {
    var queue = newQueue();
    var order = new ArrayList<String>();
    int number = 0;
    double now = 0;
    for (var step : steps) {
      now += step.seconds();
      if (step.what() == Step.What.ADD) {
        queue.add(step.waiting(number, now));
      } else {
        queue
            .poll(nanos(now))
            .ifPresent(next -> order.add(next.waiting().call().id().value() + next.level()));
      }
      number++;
    }
    for (var next = queue.poll(nanos(now)); next.isPresent(); next = queue.poll(nanos(now))) {
      order.add(next.get().waiting().call().id().value());
    }
    return order;
  }

  /// The victim waits among others while newcomers arrive faster than calls are served, for ever.
  @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
  default void noCallWaitsForEver(
      @ForAll @Size(max = 50) List<@From("steps") Step> others, @ForAll("steps") Step victim) {
    var queue = newQueue();
    int number = 0;
    for (var other : others) {
      queue.add(other.waiting(number++, 0));
    }
    var waiting = victim.waiting(number++, 0);
    queue.add(waiting);

    // After 300 s it has starved, whatever it is. Only calls that were there before it may go
    // first.
    int polls = 0;
    for (int second = 1; queue.contains(waiting.call().id()); second++) {
      queue.add(WaitingCall.of("new" + second).arrivingAt(second).build());
      queue.add(WaitingCall.of("also-new" + second).arrivingAt(second).build());
      queue.poll(nanos(second));
      polls++;
      assertThat(polls).isLessThanOrEqualTo(3 * (MOST_SERVICE_SECONDS + 7) + others.size() + 1);
    }
  }
}
