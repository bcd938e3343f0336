package dev.troupe.bench.runs;

import static dev.troupe.plan.StepDraft.function;

import dev.troupe.cluster.RunRefusedException;
import dev.troupe.cluster.RunRequest;
import dev.troupe.cluster.Troupe;
import dev.troupe.cluster.TroupeRun;
import dev.troupe.plan.Plan;
import dev.troupe.plan.PlanBuilder;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.RunPolicy.Durability;
import dev.troupe.run.RunRefusal;
import dev.troupe.run.RunState;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;

/// Many runs at a time: each of some steps in sequence, all of them held at the fifth, then let go.
final class ManyRuns {

  private static final int HELD_AT = 5;
  private static final String FUNCTION = "held";
  private static final long LIMIT_MINUTES = 5;

  /// @param heapMib in use after a collection, while all runs are held
  /// @param seconds from the first submission to the last run's end, what was held not counted
  /// @param refusal of a run more, while all are held; none where it was taken
  record Result(
      int runs, int steps, long heapMib, double seconds, Optional<RunRefusal.Code> refusal) {}

  private ManyRuns() {}

  /// @param steps of each run
  static Result measure(ActorSystem<?> system, Durability durability, int count, int steps)
      throws InterruptedException {
    var reached = new CountDownLatch(count);
    var open = new CompletableFuture<Void>();
    var held =
        Troupe.get(system)
            .functions()
            .register(
                FUNCTION,
                arguments -> {
                  if (arguments.path("n").intValue() == HELD_AT) {
                    reached.countDown();
                    open.join();
                  }
                  return arguments;
                });
    long begun = System.nanoTime();
    var runs = submitted(system, durability, count, steps);
    if (!reached.await(LIMIT_MINUTES, TimeUnit.MINUTES)) {
      throw new IllegalStateException(reached.getCount() + " runs do not get to their middle");
    }
    long there = System.nanoTime();
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
    long again = System.nanoTime();
    var refusal = refusalOfOneMore(system, durability);
    open.complete(null);
    for (var run : runs) {
      if (now(run.end()).state() != RunState.COMPLETED) {
        throw new IllegalStateException(run.id() + " has not completed");
      }
    }
    held.close();
    return new Result(
        count, steps, heap, (there - begun + System.nanoTime() - again) / 1e9, refusal);
  }

  private static Optional<RunRefusal.Code> refusalOfOneMore(
      ActorSystem<?> system, Durability durability) {
    try {
      now(submitted(system, durability, 1, 1).getFirst().end());
      return Optional.empty();
    } catch (CompletionException refused) {
      if (refused.getCause() instanceof RunRefusedException why) {
        return Optional.of(why.code());
      }
      throw refused;
    }
  }

  private static List<TroupeRun> submitted(
      ActorSystem<?> system, Durability durability, int count, int steps) {
    var policy = RunPolicy.DEFAULT.withDurability(durability);
    var submitted = new ArrayList<CompletionStage<TroupeRun>>();
    for (int run = 0; run < count; run++) {
      submitted.add(Troupe.get(system).runs().submit(RunRequest.of(plan(steps)).within(policy)));
    }
    return submitted.stream().map(ManyRuns::now).toList();
  }

  /// Of its own for each run, as clients send them.
  private static Plan plan(int steps) {
    var plan = PlanBuilder.plan();
    for (int step = 0; step < steps; step++) {
      plan =
          step == 0
              ? plan.step("s0", function(FUNCTION).with("n", step))
              : plan.step("s" + step, function(FUNCTION).with("n", step), "s" + (step - 1));
    }
    return plan.build();
  }

  private static <T> T now(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(LIMIT_MINUTES, TimeUnit.MINUTES).join();
  }
}
