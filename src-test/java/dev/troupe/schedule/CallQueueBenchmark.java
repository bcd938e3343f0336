package dev.troupe.schedule;

import com.typesafe.config.ConfigFactory;
import dev.troupe.program.Call;
import dev.troupe.program.ModelPool;
import dev.troupe.program.PrefixChain;
import dev.troupe.program.Priority;
import dev.troupe.program.Program;
import dev.troupe.program.Tenant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What one call more costs a queue that is long already: a call is added and the next one taken.
///
/// The queue holds `waiting` calls of a tenth as many programs throughout. Time passes by 1 ms with
/// each operation, so promotions are part of what is measured: after the warm-up nearly every call
/// leaves promoted, the dearer way. Calls are made before the measurement.
///
/// The score is wall time; each iteration tells the CPU time too ([CpuClock]).
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
public class CallQueueBenchmark {

  private static final long STEP_NANOS = 1_000_000;
  private static final int DRAWN = 1 << 17;

  @Param({"100000"})
  int waiting;

  @Param({"FCFS", "MLFQ", "PLAS", "ATLAS", "LEAST_COST"})
  Discipline discipline = Discipline.FCFS;

  private final Call[] calls = new Call[DRAWN * 2];
  private final Priority[] priorities = new Priority[DRAWN];
  private final CpuClock cpu = new CpuClock();
  private CallQueue queue = emptyQueue(Discipline.FCFS);
  private int added;
  private long nowNanos;

  @Setup
  public void fill() {
    var random = new SplittableRandom(20261121);
    for (int index = 0; index < calls.length; index++) {
      calls[index] = call(index, random.nextInt(waiting / 10));
    }
    for (int index = 0; index < priorities.length; index++) {
      long attainedNanos = (long) (-Math.log(1 - random.nextDouble()) * 30e9);
      priorities[index] =
          new Priority(
              attainedNanos, attainedNanos / 2, attainedNanos, 0, 0, true, 0, OptionalInt.empty());
    }
    queue = emptyQueue(discipline);
    for (int index = 0; index < waiting; index++) {
      add();
    }
  }

  @Setup(Level.Iteration)
  public void beginIteration() {
    cpu.begin();
  }

  @TearDown(Level.Iteration)
  public void endIteration() {
    cpu.print();
  }

  @Benchmark
  public Optional<CallQueue.Next> addAndPoll() {
    cpu.count();
    add();
    return queue.poll(nowNanos);
  }

  private void add() {
    nowNanos += STEP_NANOS;
    // Ids come round again; one that waits still is left out, so that all waiting ones differ.
    do {
      added++;
    } while (queue.contains(calls[added % calls.length].id()));
    queue.add(
        new Waiting(
            calls[added % calls.length],
            priorities[added % DRAWN],
            nowNanos,
            Set.of(),
            Optional.empty()));
  }

  private static Call call(int number, int program) {
    return new Call(
        new Call.Id("call-" + number),
        new Program.Id(Tenant.ANYONE, "program-" + program),
        new ModelPool("model"),
        1000,
        100,
        PrefixChain.EMPTY,
        List.of());
  }

  private static CallQueue emptyQueue(Discipline discipline) {
    return ScheduleSettings.of(ConfigFactory.defaultReference())
        .with(discipline)
        .newQueue(Warmth.COLD);
  }
}
