package dev.troupe.node;

import static dev.troupe.node.TestNode.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.typesafe.config.ConfigFactory;
import dev.troupe.simulation.ProgramOutcome;
import dev.troupe.simulation.Setup;
import dev.troupe.simulation.SimulationSettings;
import dev.troupe.simulation.Simulator;
import dev.troupe.simulation.physics.EngineOrder;
import dev.troupe.simulation.physics.EngineProfile;
import dev.troupe.simulation.physics.StepTime;
import dev.troupe.simulation.workload.BlockRuns;
import dev.troupe.simulation.workload.CallTrace;
import dev.troupe.simulation.workload.ProgramTrace;
import dev.troupe.simulation.workload.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The same programs on a node with a simulated engine, by sockets and the clock, and in virtual
/// time. The engine runs two calls and makes a token each 30 ms; prompts cost nothing.
@Tag("whole-machine")
@Timeout(300)
class SimulationAgreementTest {

  private static final String MODEL = "clock";
  private static final int SLOTS = 2;
  private static final int TOKEN_MILLIS = 30;

  /// Service as the engine's clock has it, so that both sides use the same levels.
  private static final String SETTINGS =
      """
      troupe.service { decode-time-per-token = 30ms, prefill-time-per-token = 1ns }
      troupe.schedule { base-quantum-tokens = 32, discipline = %s }
      troupe.engine.window { kind = fixed, start-slots = 2, max-slots = 2 }
      """;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"fcfs", "plas", "least-cost"})
  void agreeOnTheMeanResponse(String discipline) {
    var workload = workload();

    double simulated = simulated(workload, discipline);
    double live = live(workload, discipline, "first");
    // A busy machine adds time to the live one and takes none away.
    for (var again : List.of("second", "third", "fourth", "fifth")) {
      if (live > simulated * 1.05) {
        live = Math.min(live, live(workload, discipline, again));
      }
    }

    assertThat(live).isCloseTo(simulated, withinPercentage(5));
  }

  private static double simulated(Workload workload, String discipline) {
    var settings =
        SimulationSettings.of(
            ConfigFactory.parseString(SETTINGS.formatted(discipline))
                .withFallback(ConfigFactory.load()));
    long step = TOKEN_MILLIS * 1_000_000_000L;
    var profile =
        new EngineProfile(
            "clock",
            new StepTime(step, 0, 1, 0, 0, 0),
            100_000,
            10_000,
            10_000,
            SLOTS,
            EngineOrder.ARRIVAL);
    var setup = new Setup(discipline, "added-delay", 1, 1, "clock", 0);
    return Simulator.run(setup, workload, profile, settings, () -> 0).programs().stream()
        .mapToLong(ProgramOutcome::responseNanos)
        .average()
        .orElseThrow();
  }

  private double live(Workload workload, String discipline, String attempt) {
    try (var engine =
            TestEngine.start(
                MODEL,
                MODEL,
                SLOTS,
                "--decode-micros=" + TOKEN_MILLIS * 1000,
                "--prefill-micros=0");
        var node =
            TestNode.start(
                folder.resolve(attempt), List.of(engine.entry()), SETTINGS.formatted(discipline))) {
      // What a process does first takes longer than what it does later.
      node.call("warm-up", "warm-up", chat(MODEL, "hello", 2)).join();
      var responses = workload.programs().stream().map(program -> begin(node, program)).toList();
      return responses.stream().mapToLong(CompletableFuture::join).average().orElseThrow();
    }
  }

  /// Plays a program when it is due.
  ///
  /// @return its response time, in nanoseconds
  private static CompletableFuture<Long> begin(TestNode node, ProgramTrace program) {
    Executor atArrival =
        CompletableFuture.delayedExecutor(program.arrivalNanos(), TimeUnit.NANOSECONDS);
    return CompletableFuture.supplyAsync(System::nanoTime, atArrival)
        .thenCompose(
            beganNanos -> play(node, program, 0).thenApply(_ -> System.nanoTime() - beganNanos));
  }

  private static CompletionStage<?> play(TestNode node, ProgramTrace program, int at) {
    // The simulated engine makes its first token at once, the model with its first step.
    int tokens = program.calls().get(at).outputTokens() + 1;
    var call = node.call(program.id(), program.id() + "-" + at, chat(MODEL, "step " + at, tokens));
    return at == program.calls().size() - 1
        ? call
        : call.thenCompose(_ -> play(node, program, at + 1));
  }

  private static Workload workload() {
    var random = new SplittableRandom(11);
    var programs = new ArrayList<ProgramTrace>();
    for (int number = 0; number < 8; number++) {
      var calls = new ArrayList<CallTrace>();
      int length = number % 4 == 0 ? 5 : 1 + random.nextInt(2);
      for (int at = 0; at < length; at++) {
        calls.add(
            new CallTrace(
                at == 0 ? List.of() : List.of(at - 1),
                8,
                25 + random.nextInt(25),
                BlockRuns.NONE,
                BlockRuns.NONE,
                0));
      }
      programs.add(
          new ProgramTrace("p" + number, "kind", "anyone", number * 500_000_000L, 16, calls));
    }
    return new Workload("eight", programs);
  }
}
