package dev.troupe.laboratory;

import dev.troupe.simulation.Distribution;
import dev.troupe.simulation.Outcome;
import dev.troupe.simulation.ProgramOutcome;
import dev.troupe.simulation.ProgramOutcome.CallOutcome;
import dev.troupe.simulation.Setup;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A bench that simulates nothing: ten programs, of which each takes `slowness × (load + seed ÷ 10)`
/// seconds longer than the one before. Each engine serves a program a second.
final class TestBench implements Bench {

  private static final long SECOND = 1_000_000_000;
  private static final int PROGRAMS = 10;
  private static final int OUTPUT_TOKENS = 100;

  private final String settings;

  TestBench() {
    this("defaults");
  }

  private TestBench(String settings) {
    this.settings = settings;
  }

  @Override
  public Bench configured(Path file) {
    if (file.toString().startsWith("bad")) {
      throw new IllegalArgumentException("--config: " + file + ": 3: unknown key troupe.haste");
    }
    return new TestBench(file.toString());
  }

  @Override
  public String settingsName() {
    return settings;
  }

  private boolean isConfigured() {
    return !settings.equals("defaults");
  }

  @Override
  public List<Choice> policies() {
    return List.of(
        new Choice("quick", "three times as fast as today"),
        new Choice("engine-fcfs", "today"),
        new Choice("a<b>&\"c\"", "an odd name"));
  }

  @Override
  public List<Choice> placements() {
    return List.of(
        new Choice("prefix-aware", "where the prefix is"), new Choice("round-robin", "in turn"));
  }

  @Override
  public List<Choice> ablations() {
    return List.of(
        policies().getFirst(),
        new Choice("without-haste", "quick, and not in haste"),
        new Choice(ABLATED_LENGTHS, "quick, and heeds nobody"));
  }

  @Override
  public String usualPlacement(String policy) {
    return policy.startsWith("a<b>") ? "round-robin" : "prefix-aware";
  }

  @Override
  public List<Choice> profiles() {
    var shipped = List.of(new Choice("A100-8B", "an engine"), new Choice("H100-8B", "another"));
    var users = Stream.of(new Choice("mine", "of " + settings)).filter(_ -> isConfigured());
    return Stream.concat(shipped.stream(), users).toList();
  }

  @Override
  public List<Choice> generators() {
    return List.of(new Choice("chat", "conversations"), new Choice("huge", "fits no engine"));
  }

  @Override
  public double capacity(Inputs inputs, String profile, int engines) {
    count(inputs);
    return engines;
  }

  /// Those of a trace came three a second, and took 1, 2, 3 … seconds.
  @Override
  public Census census(Inputs inputs, String profile) {
    int programs = count(inputs);
    boolean isRecorded = inputs.source() instanceof Inputs.Source.Trace;
    return new Census(
        programs,
        4 * programs,
        Math.min(2, programs),
        PROGRAMS - programs,
        isRecorded ? OptionalDouble.of((programs - 1) / 3.0) : OptionalDouble.empty(),
        isRecorded
            ? Optional.of(
                Distribution.of(IntStream.rangeClosed(1, programs).asDoubleStream().toArray()))
            : Optional.empty());
  }

  /// How many programs there are, at least one.
  private static int count(Inputs inputs) {
    var name = inputs.source().name();
    if (name.startsWith("bad")) {
      throw new IllegalArgumentException(
          name + ":3: a call's parent does not exist\n" + name + ":7: not JSON");
    }
    if (name.equals("huge")) {
      throw new IllegalArgumentException("no program of huge is left");
    }
    return inputs.limit().orElse(PROGRAMS);
  }

  @Override
  public Outcome run(Inputs inputs, Setup setup) {
    int count = count(inputs);
    var programs = IntStream.rangeClosed(1, count).mapToObj(at -> program(at, setup)).toList();
    return new Outcome(
        setup,
        inputs.source().name(),
        programs,
        PROGRAMS - count,
        1,
        3,
        500,
        10,
        10_000,
        1_000_000);
  }

  /// A root, two calls that need it, one that needs both; the first of the two takes longer.
  private static ProgramOutcome program(int at, Setup setup) {
    int slowness = setup.policy().equals("quick") ? 1 : 3;
    long arrival = at * SECOND;
    long step = (long) (at * slowness * (setup.load() + setup.seed() / 10.0) * SECOND / 10);
    var calls =
        List.of(
            call(List.of(), arrival, step, 3),
            call(List.of(0), arrival + 3 * step, step, 4),
            call(List.of(0), arrival + 3 * step, step, 3),
            call(List.of(1, 2), arrival + 7 * step, step, 3));
    return new ProgramOutcome(
        "program <" + at + ">",
        "chat",
        at % 2 == 0 ? "even" : "odd",
        arrival,
        arrival + 10 * step,
        4 * step,
        3 * step,
        400,
        100,
        OUTPUT_TOKENS,
        calls);
  }

  private static CallOutcome call(List<Integer> parents, long ready, long step, int steps) {
    return new CallOutcome(
        parents, ready, ready + step / 2, ready + step, ready + steps * step, 0, 100, 25, 5, 25);
  }
}
