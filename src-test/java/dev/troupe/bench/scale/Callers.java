package dev.troupe.bench.scale;

import dev.troupe.actor.CallEvent;
import dev.troupe.actor.CallRequest;
import dev.troupe.actor.CallsActor;
import dev.troupe.engine.RequestBody;
import dev.troupe.program.Call;
import dev.troupe.program.ModelPool;
import dev.troupe.program.PrefixChain;
import dev.troupe.program.Program;
import dev.troupe.program.Tenant;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Recorder;
import org.apache.pekko.actor.typed.ActorRef;

/// Callers on one node, each of which makes the next call of its program when the last one has ended,
/// and begins another program after some calls.
final class Callers {

  /// Calls of one program.
  static final int TURNS = 10;

  /// Boundaries of a prompt: about 4,000 tokens.
  private static final int BOUNDARIES = 8;

  private static final CallRequest REQUEST =
      new CallRequest(
          "/v1/chat/completions",
          List.of(),
          new RequestBody("{}".getBytes(StandardCharsets.UTF_8), 0, List.of()),
          false);

  private final ActorRef<CallsActor.Command> calls;
  private final InstantEngines engines;
  private final String node;
  private final List<String> models;
  private final Recorder latencies = new Recorder(3);
  private final LongAdder failures = new LongAdder();

  /// @param node names this node in the ids of its programs
  Callers(
      ActorRef<CallsActor.Command> calls,
      InstantEngines engines,
      String node,
      List<String> models) {
    this.calls = calls;
    this.engines = engines;
    this.node = node;
    this.models = models;
  }

  void start(int count) {
    for (int caller = 0; caller < count; caller++) {
      call(caller, 0);
    }
  }

  /// Times from making calls to their ends since this was asked last, in microseconds.
  Recorder latencies() {
    return latencies;
  }

  long failures() {
    return failures.sum();
  }

  private void call(int caller, long turn) {
    var program = new Program.Id(Tenant.ANYONE, node + "-" + caller + "-" + turn / TURNS);
    var call =
        new Call(
            Call.Id.of(program, Long.toString(turn)),
            program,
            new ModelPool(models.get(caller % models.size())),
            4_000,
            1,
            prefix(program.value().hashCode()),
            List.of());
    long startedNanos = System.nanoTime();
    calls.tell(
        new CallsActor.Start(
            call,
            REQUEST,
            "bench",
            false,
            Program.Declared.NOTHING,
            Duration.ofMinutes(1),
            event -> onEvent(event, caller, turn, startedNanos)));
  }

  private void onEvent(CallEvent event, int caller, long turn, long startedNanos) {
    switch (event) {
      case CallEvent.Queued _ -> {}
      case CallEvent.Answering(_, var lease, _) -> engines.finish(lease);
      case CallEvent.Ended _ -> {
        latencies.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - startedNanos));
        call(caller, turn + 1);
      }
      case CallEvent.Failed _ -> {
        failures.increment();
        call(caller, turn + 1);
      }
    }
  }

  private static PrefixChain prefix(int seed) {
    var hashes = new long[BOUNDARIES];
    var tokens = new int[BOUNDARIES];
    for (int at = 0; at < BOUNDARIES; at++) {
      hashes[at] = (seed + 1L) * 0x9E3779B97F4A7C15L + at;
      tokens[at] = 512 * (at + 1);
    }
    return new PrefixChain(hashes, tokens);
  }
}
