package dev.troupe.schedule;

import com.typesafe.config.ConfigFactory;
import dev.troupe.engine.Credit;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.EngineLoad;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
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

/// What a dispatch costs that finds an engine with room and only calls that wait for another engine.
///
/// Eight engines share the first 20 of 64 boundaries; one, which is full, holds them all. 500 calls
/// wait for it, so the dispatch passes over as many as it may and sends nothing.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
public class HeldCallsBenchmark {

  private static final long[] BOUNDARIES = LongStream.range(1, 65).map(n -> n * 7919).toArray();
  private static final int SHARED = 20;

  /// What the dispatcher was told just before. What is cached has to be looked up again only when that
  /// has changed.
  public enum Told {
    AN_OFFER {
      @Override
      void tell(Dispatcher dispatcher) {
        dispatcher.offer(new EngineId("warm"), Credit.NONE, new EngineLoad(4, 0, 0));
      }
    },
    A_CACHE {
      @Override
      void tell(Dispatcher dispatcher) {
        dispatcher.resident(new EngineId("full-0"), List.of(1L), List.of());
      }
    };

    abstract void tell(Dispatcher dispatcher);
  }

  @Param public Told told = Told.AN_OFFER;

  private final CpuClock cpu = new CpuClock();
  private final Dispatcher dispatcher =
      ScheduleSettings.of(ConfigFactory.defaultReference()).newDispatcher();

  @Setup
  public void fill() {
    offer(new EngineId("warm"), BOUNDARIES.length, 0);
    offer(new EngineId("free"), SHARED, 1);
    for (int engine = 0; engine < 6; engine++) {
      offer(new EngineId("full-" + engine), SHARED, 0);
    }
    for (int call = 0; call < 500; call++) {
      dispatcher.enqueue(WaitingCall.of("c" + call).prefix(BOUNDARIES).build(), 0);
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
  public List<Dispatcher.Dispatch> dispatch() {
    cpu.count();
    told.tell(dispatcher);
    return dispatcher.dispatch(0);
  }

  private void offer(EngineId engine, int boundaries, int slots) {
    dispatcher.resident(
        engine, LongStream.of(BOUNDARIES).limit(boundaries).boxed().toList(), List.of());
    dispatcher.offer(engine, new Credit(slots, Credit.UNLIMITED), new EngineLoad(4, 0, 0));
  }
}
