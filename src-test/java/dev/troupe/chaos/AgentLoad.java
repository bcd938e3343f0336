package dev.troupe.chaos;

import dev.troupe.simulation.workload.CallTrace;
import dev.troupe.simulation.workload.ProgramTrace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// A steady load: so many agents' programs live at any time, and when one has ended the next begins.
/// A program makes a call when those before it have ended and its tools have run.
final class AgentLoad {

  /// The least that an engine makes of a call, so that a stream lasts long enough to be cut.
  private static final int LEAST_OUTPUT_TOKENS = 16;

  /// And the most, so that the load ends soon when it is to end.
  private static final int MOST_OUTPUT_TOKENS = 120;

  /// The least that a tool or a person takes: agents wait for those most of the time, so that many
  /// programs make a moderate load.
  private static final Duration LEAST_WAIT = Duration.ofMillis(2500);

  private static final Duration BETWEEN_BEGINNINGS = Duration.ofMillis(60);

  private final String name;
  private final List<ProgramTrace> programs;
  private final AgentClient client;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicBoolean isStopping = new AtomicBoolean();
  private final List<Thread> lanes = new ArrayList<>();

  /// @param name begins the name of each program
  AgentLoad(String name, List<ProgramTrace> programs, AgentClient client) {
    this.name = name;
    this.programs = programs;
    this.client = client;
  }

  /// Begins, with one program after the other.
  ///
  /// @param live programs at any time
  void start(int live) {
    for (int lane = 0; lane < live; lane++) {
      var delay = BETWEEN_BEGINNINGS.multipliedBy(lane);
      lanes.add(
          Thread.ofVirtual()
              .start(() -> {
                Patience.rest(delay);
                run();
              }));
    }
  }

  /// Begins no further call.
  void stop() {
    isStopping.set(true);
  }

  /// Waits for the calls that were under way when it was stopped.
  void awaitEnd() throws InterruptedException {
    for (var lane : lanes) {
      lane.join();
    }
  }

  private void run() {
    try {
      while (!isStopping.get()) {
        int number = next.getAndIncrement();
        run(name + "-" + number, programs.get(number % programs.size()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(String id, ProgramTrace program) throws InterruptedException {
    var ends = program.calls().stream().map(_ -> new CountDownLatch(1)).toList();
    var calls = new ArrayList<Thread>();
    for (int position = 0; position < ends.size(); position++) {
      int at = position;
      calls.add(Thread.ofVirtual().start(() -> call(id, program, at, ends)));
    }
    for (var call : calls) {
      call.join();
    }
  }

  private void call(String id, ProgramTrace program, int position, List<CountDownLatch> ends) {
    var call = program.calls().get(position);
    try {
      for (int parent : call.parents()) {
        ends.get(parent).await();
      }
      TimeUnit.NANOSECONDS.sleep(isStopping.get() ? 0 : waitNanos(call));
      if (!isStopping.get()) {
        int output = Math.clamp(call.outputTokens(), LEAST_OUTPUT_TOKENS, MOST_OUTPUT_TOKENS);
        var plan = new CallPlan(call, program.blockTokens(), output);
        client.call(id, position, plan, PromptText.body(plan));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ends.get(position).countDown();
    }
  }

  private static long waitNanos(CallTrace call) {
    return call.parents().isEmpty() ? 0 : Math.max(LEAST_WAIT.toNanos(), call.waitNanos());
  }
}
