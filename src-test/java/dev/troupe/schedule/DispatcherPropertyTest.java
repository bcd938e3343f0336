package dev.troupe.schedule;

import static dev.troupe.schedule.WaitingCall.nanos;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.troupe.engine.Credit;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.EngineLoad;
import dev.troupe.program.Call;
import dev.troupe.schedule.Dispatcher.Admitted.Accepted;
import dev.troupe.schedule.Dispatcher.Dispatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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

/// Random histories of one scheduler, beside a plain account of what must be so: 200 histories of 500
/// steps. After every step each call was dispatched at most once for each time it was let in, engines
/// were sent no more than they offered, and queue and indices agree. In the end everything leaves.
class DispatcherPropertyTest {

  private static final int MAX_WAITING = 40;

  private enum What {
    ENQUEUE,
    ENQUEUE_AGAIN,
    RETRY,
    WITHDRAW,
    OFFER,
    RETRACT,
    FORGET,
    RESIDENT,
    RETURN,
    WAIT
  }

  /// One thing that happens. The numbers are drawn alike for all and used as each sees fit.
  private record Step(
      What what, String discipline, String rule, int which, int engine, int amount, int service) {

    EngineId engineId() {
      return new EngineId("e" + engine);
    }
  }

  @Provide
  Arbitrary<Step> steps() {
    return Combinators.combine(
            Arbitraries.frequency(
                Tuple.of(8, What.ENQUEUE),
                Tuple.of(1, What.ENQUEUE_AGAIN),
                Tuple.of(1, What.RETRY),
                Tuple.of(1, What.WITHDRAW),
                Tuple.of(5, What.OFFER),
                Tuple.of(1, What.RETRACT),
                Tuple.of(1, What.FORGET),
                Tuple.of(2, What.RESIDENT),
                Tuple.of(1, What.RETURN),
                Tuple.of(3, What.WAIT)),
            Arbitraries.of("fcfs", "mlfq", "plas", "atlas", "least-cost"),
            Arbitraries.of(
                "round-robin",
                "least-loaded",
                "waiting-weighted",
                "consistent-hash",
                "token-threshold",
                "prefix-aware",
                "added-delay"),
            Arbitraries.integers().between(0, 1000),
            Arbitraries.integers().between(0, 3),
            Arbitraries.integers().between(0, 5000),
            Arbitraries.integers().between(0, 60))
        .as(Step::new);
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void keepsItsBooks(@ForAll @Size(500) List<@From("steps") Step> steps) {
    var first = steps.getFirst();
    var account = new Account(dispatcher(first.discipline(), first.rule()));
    for (var step : steps) {
      account.play(step);
    }
    account.letEverythingLeave();
  }

  private static Dispatcher dispatcher(String discipline, String rule) {
    return ScheduleSettings.of(
            ConfigFactory.parseString(
                    "troupe.schedule { discipline = %s, placement.rule = %s, max-waiting = %d }"
                        .formatted(discipline, rule, MAX_WAITING))
                .withFallback(ConfigFactory.defaultReference()))
        .newDispatcher();
  }

  /// What must be so, reckoned without the dispatcher.
  private static final class Account {
    private final Dispatcher dispatcher;
    private final Map<Call.Id, Waiting> waiting = new LinkedHashMap<>();
    private final Map<Call.Id, Dispatch> sent = new LinkedHashMap<>();
    private final Map<EngineId, Credit> offered =
        new TreeMap<>(Comparator.comparing(EngineId::value));
    private long nowNanos;
    private int calls;

    Account(Dispatcher dispatcher) {
      this.dispatcher = dispatcher;
    }

    void play(Step step) {
      switch (step.what()) {
        case ENQUEUE -> enqueue(newCall(step));
        case ENQUEUE_AGAIN -> any(waiting, step).ifPresent(this::enqueue);
        case RETRY -> any(sent, step).ifPresent(this::retry);
        case WITHDRAW -> any(waiting, step).ifPresent(this::withdraw);
        case OFFER -> offer(step);
        case RETRACT -> {
          offered.remove(step.engineId());
          dispatcher.retract(step.engineId());
        }
        case FORGET -> {
          offered.remove(step.engineId());
          dispatcher.forget(step.engineId());
        }
        case RESIDENT ->
            dispatcher.resident(
                step.engineId(), List.of((long) step.service()), List.of((long) step.which() % 60));
        case RETURN -> any(sent, step).ifPresent(this::returnCall);
        case WAIT -> nowNanos += nanos(step.amount() / 1000.0);
      }
      check(dispatcher.dispatch(nowNanos));
    }

    void letEverythingLeave() {
      for (int round = 0; !waiting.isEmpty(); round++) {
        assertThat(round).as("rounds to serve all that wait").isLessThan(1000);
        nowNanos += nanos(1);
        for (int engine = 0; engine < 4; engine++) {
          offer(new EngineId("e" + engine), new Credit(1, 100_000), EngineLoad.IDLE);
        }
        check(dispatcher.dispatch(nowNanos));
      }
    }

    private Waiting newCall(Step step) {
      return WaitingCall.of("c" + calls++)
          .ofProgram("p" + step.which() % 7)
          .attained(step.service())
          .path(step.service() / 2.0)
          .own(step.which() % 10 == 0 ? step.service() : 0)
          .priority(step.amount() % 9 - 4)
          .waitedBefore(step.which() % 50)
          .tokens(step.amount(), step.which())
          .prefix(step.service(), step.which() % 60)
          .arrivingAt(nowNanos / 1e9)
          .build();
    }

    private void enqueue(Waiting call) {
      boolean isKnown = waiting.containsKey(call.call().id());
      boolean isLetIn = dispatcher.enqueue(call, nowNanos) instanceof Accepted;
      assertThat(isLetIn).isEqualTo(isKnown || waiting.size() < MAX_WAITING);
      if (isLetIn) {
        waiting.put(call.call().id(), call);
      }
    }

    /// An engine failed the call before its first byte.
    private void retry(Dispatch failed) {
      var call = failed.waiting();
      if (!waiting.containsKey(call.call().id())) {
        enqueue(
            new Waiting(
                call.call(),
                call.priority(),
                call.arrivalNanos(),
                Set.of(failed.engine()),
                Optional.of(failed.engine())));
      }
    }

    private void withdraw(Waiting call) {
      assertThat(dispatcher.withdraw(call.call().id())).contains(waiting.remove(call.call().id()));
    }

    private void returnCall(Dispatch dispatch) {
      var id = dispatch.waiting().call().id();
      boolean isBack = dispatcher.returned(dispatch.engine(), id, nowNanos);
      if (isBack) {
        waiting.putIfAbsent(id, dispatch.waiting());
        sent.remove(id);
      }
    }

    private void offer(Step step) {
      long kvTokens = step.which() % 5 == 0 ? Credit.UNLIMITED : step.amount();
      // Up to 300,000 tokens in flight: some engines are quick, and some are not.
      var load = new EngineLoad(step.which() % 4, 5000L * step.service(), step.which() % 2);
      offer(step.engineId(), new Credit(step.which() % 3, kvTokens), load);
    }

    private void offer(EngineId engine, Credit credit, EngineLoad load) {
      dispatcher.offer(engine, credit, load);
      offered.merge(engine, credit, Credit::plus);
    }

    private void check(List<Dispatch> dispatches) {
      for (var dispatch : dispatches) {
        var call = dispatch.waiting().call();
        assertThat(waiting.remove(call.id())).isEqualTo(dispatch.waiting());
        assertThat(offered).containsKey(dispatch.engine());
        var credit = offered.getOrDefault(dispatch.engine(), Credit.NONE);
        assertThat(credit.slots()).isPositive();
        assertThat(credit.kvTokens()).isPositive();
        offered.put(dispatch.engine(), credit.minus(call.kvTokens()));
        sent.put(call.id(), dispatch);
      }
      dispatcher.checkInvariants();
      assertThat(dispatcher.waiting()).isEqualTo(waiting.size());
      var spare = new ArrayList<Credit>();
      dispatcher.view(nowNanos).engines().forEach(engine -> spare.add(engine.spare()));
      assertThat(spare).containsExactlyElementsOf(offered.values());
      dispatcher
          .nextWakeNanos()
          .ifPresent(wakeNanos -> assertThat(wakeNanos).isGreaterThan(nowNanos));
    }

    private static <T> Optional<T> any(Map<Call.Id, T> calls, Step step) {
      return calls.values().stream().skip(step.which() % Math.max(1, calls.size())).findFirst();
    }
  }
}
