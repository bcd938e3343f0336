package dev.troupe.bench;

import dev.troupe.bench.Load.Body;
import dev.troupe.bench.Surroundings.Engine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// One row of the comparison.
///
/// @param rate requests per second; without one, each connection asks anew when it is answered
/// @param length of one turn; all paths take turns
record Scenario(String name, Body body, int connections, OptionalDouble rate, Duration length) {

  /// Models of the engines that the benchmark starts, by how fast they decode.
  static final String FAST = "fast";

  static final String PACED = "paced";
  static final String SLOW = "slow";

  /// Output tokens of each answer, and so events of a stream.
  static final int CHUNKS = 50;

  static final Scenario WARM_UP = steady(2_000, true, 32, Duration.ofSeconds(4));

  static List<Engine> engines() {
    return List.of(engine(FAST, 0), engine(PACED, 10_000), engine(SLOW, 100_000));
  }

  private static Engine engine(String model, int decodeMicros) {
    return new Engine(model, model, 1024, 0, decodeMicros, 1_000_000);
  }

  /// @param isShort for a quick look
  static List<Scenario> all(boolean isShort) {
    var length = Duration.ofSeconds(isShort ? 1 : 3);
    var scenarios = new ArrayList<Scenario>();
    scenarios.add(open(100, true, length));
    scenarios.add(open(100, false, length));
    // Before the large bodies, after which a JVM keeps more memory.
    scenarios.add(streams("64 streams, a chunk each 10 ms", PACED, 64, length));
    scenarios.add(streams("400 streams, a chunk each 100 ms", SLOW, 400, length.multipliedBy(2)));
    for (int bytes : new int[] {2_000, 220_000, 1_000_000}) {
      for (boolean streamed : new boolean[] {true, false}) {
        for (int connections : isShort ? new int[] {1, 32} : new int[] {1, 32, 256}) {
          scenarios.add(steady(bytes, streamed, connections, length));
        }
      }
    }
    return scenarios;
  }

  Load load(Target target) {
    return new Load(target.url(body.model()), body, connections, rate, length);
  }

  private static Scenario open(int rate, boolean streamed, Duration length) {
    return new Scenario(
        rate + "/s, 2 kB, " + kind(streamed),
        new Body(FAST, 2_000, streamed, CHUNKS),
        1,
        OptionalDouble.of(rate),
        length.multipliedBy(3));
  }

  private static Scenario steady(int bytes, boolean streamed, int connections, Duration length) {
    return new Scenario(
        bytes / 1000 + " kB, " + kind(streamed) + ", " + connections + " connections",
        new Body(FAST, bytes, streamed, CHUNKS),
        connections,
        OptionalDouble.empty(),
        length);
  }

  private static Scenario streams(String name, String model, int connections, Duration length) {
    return new Scenario(
        name, new Body(model, 2_000, true, CHUNKS), connections, OptionalDouble.empty(), length);
  }

  private static String kind(boolean streamed) {
    return streamed ? "streamed" : "whole";
  }
}
