package dev.troupe.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.troupe.simulation.ProgramOutcome.CallOutcome;
import dev.troupe.simulation.physics.EngineOrder;
import dev.troupe.simulation.physics.EngineProfile;
import dev.troupe.simulation.physics.StepTime;
import dev.troupe.simulation.workload.BlockRuns;
import dev.troupe.simulation.workload.CallTrace;
import dev.troupe.simulation.workload.ProgramTrace;
import dev.troupe.simulation.workload.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Small cases whose outcome is reckoned by hand. The engine runs one call at a time and makes a
/// token a second, its first among them; prompts cost nothing.
class SimulatorTest {

  private static final long SECOND = 1_000_000_000L;

  /// A token counts a second of service; level 0 ends at one.
  private static final Config CONFIG =
      ConfigFactory.parseString(
              """
              troupe.service { prefill-time-per-token = 1us, decode-time-per-token = 1s }
              troupe.schedule { base-quantum-tokens = 1, starvation-ratio = 1000 }
              troupe.engine.window { start-slots = 1, max-slots = 1 }
              """)
          .withFallback(ConfigFactory.load());

  private static final SimulationSettings SETTINGS = SimulationSettings.of(CONFIG);

  private static final EngineProfile ONE_BY_ONE = profile(1);

  /// A of four calls of two tokens; at second 1 come B of one call and C of two, a token each.
  private static final Workload THREE =
      new Workload(
          "three",
          List.of(chain("A", "x", 0, 2, 2, 2, 2), chain("B", "y", 1, 1), chain("C", "y", 1, 1, 1)));

  /// | policy        | order                                                     |
  /// |---------------|-----------------------------------------------------------|
  /// | fcfs          | A1 B1 C1 A2 C2 A3 A4: by the calls' arrival               |
  /// | mlfq          | the same: no call has had service                         |
  /// | program-fcfs  | A1 A2 A3 A4 B1 C1 C2                                      |
  /// | plas, atlas   | A1 B1 C1 C2 A2 A3 A4: C has had 1 s, A 2 s                |
  /// | clairvoyant   | the same: B needs 1 s, C 2 s, A 6 s                       |
  /// | known-lengths | the same: a token each as guessed, and 1, 2 and 3 calls    |
  /// | vtc           | y has had nothing at 2: B1, then C1 at 2 against 4 of x,  |
  /// |               | at 4 both 4: C2 and A2 arrive equal, A2 came at 2         |
  /// | least-cost    | as fcfs: no prompt, so all cost alike but for age         |
  @ParameterizedTest
  @CsvSource({
    "engine-fcfs,  11, 3, 7",
    "fcfs,         11, 3, 7",
    "mlfq,         11, 3, 7",
    "program-fcfs,  8, 9, 11",
    "continuum,     8, 9, 11",
    "plas,         11, 3, 5",
    "atlas,        11, 3, 5",
    "atlas-scalar, 11, 3, 5",
    "las-decay,    11, 3, 5",
    "clairvoyant,  11, 3, 5",
    "known-lengths,11, 3, 5",
    "vtc,          11, 3, 7",
    "thunder-agent,11, 3, 7",
    "least-cost,   11, 3, 7",
  })
  void servesInThePolicysOrder(String policy, long endOfA, long endOfB, long endOfC) {
    var outcome = run(policy, THREE, ONE_BY_ONE, 1);

    assertThat(outcome.programs())
        .extracting(program -> program.endNanos() / SECOND)
        .containsExactly(endOfA, endOfB, endOfC);
  }

  @Test
  void accountsForEveryCall() {
    var outcome = run("fcfs", THREE, ONE_BY_ONE, 1);

    var a = outcome.programs().getFirst();
    assertThat(a.serviceNanos()).isEqualTo(8 * SECOND);
    assertThat(a.outputTokens()).isEqualTo(8);
    // A2 is ready at 2 and begins at 4.
    var second = a.calls().get(1);
    assertThat(second.readyNanos()).isEqualTo(2 * SECOND);
    assertThat(second.beganNanos()).isEqualTo(4 * SECOND);
    assertThat(second.endNanos()).isEqualTo(6 * SECOND);
  }

  /// With 10 ms for a prompt token: at second 1 the second call of P costs nothing, since its prompt
  /// is cached, R 1.6 s, Q 3.2 s. By arrival it would be Q, R, P.
  @Test
  void leastCostServesWhatIsCachedThenWhatIsShort() {
    var settings =
        SimulationSettings.of(
            ConfigFactory.parseString(
                    """
                    troupe.service { prefill-time-per-token = 10ms, decode-time-per-token = 1s }
                    troupe.engine.window { start-slots = 1, max-slots = 1 }
                    """)
                .withFallback(ConfigFactory.load()));
    var again = prompted(List.of(), 320, 100, 1);
    var workload =
        new Workload(
            "caches",
            List.of(
                program("P", 0, again, prompted(List.of(0), 320, 100, 1)),
                program("Q", SECOND / 4, prompted(List.of(), 320, 200, 1)),
                program("R", SECOND / 2, prompted(List.of(), 160, 300, 1))));

    var setup = new Setup("least-cost", "added-delay", 1, 1, ONE_BY_ONE.name(), 0);
    var outcome = Simulator.run(setup, workload, ONE_BY_ONE, settings, () -> 0);

    assertThat(outcome.programs())
        .extracting(program -> program.endNanos() / SECOND)
        .containsExactly(2L, 4L, 3L);
  }

  /// B1 waits in the engine while A1 runs, then A2 and C behind it: C came later, but its program has
  /// had nothing.
  @ParameterizedTest
  @CsvSource({"ARRIVAL, 7, 8", "PRIORITY, 8, 7"})
  void anEngineThatHeedsPrioritiesIsGivenTheLevel(EngineOrder order, long endOfA, long endOfC) {
    var settings =
        SimulationSettings.of(
            ConfigFactory.parseString("troupe.engine.window { start-slots = 2, max-slots = 2 }")
                .withFallback(CONFIG));
    var workload =
        new Workload(
            "levels",
            List.of(chain("A", "x", 0, 4, 1), chain("B", "x", 3, 2), chain("C", "x", 5, 1)));
    var setup = new Setup("plas", "prefix-aware", 1, 1, "test", 0);

    var outcome = Simulator.run(setup, workload, profile(1, order), settings, () -> 0);

    assertThat(outcome.programs())
        .extracting(program -> program.endNanos() / SECOND)
        .containsExactly(endOfA, 6L, endOfC);
  }

  @Test
  void waitsForTools() {
    var workload =
        new Workload(
            "tool",
            List.of(
                new ProgramTrace(
                    "p",
                    "kind",
                    "kind",
                    0,
                    16,
                    List.of(call(List.of(), 1, 0), call(List.of(0), 1, 5 * SECOND)))));

    var outcome = run("plas", workload, ONE_BY_ONE, 1);

    assertThat(outcome.programs().getFirst().endNanos()).isEqualTo(7 * SECOND);
  }

  @Test
  void beginsAJoinWhenItsLastParentEnds() {
    var workload =
        new Workload(
            "join",
            List.of(
                new ProgramTrace(
                    "p",
                    "kind",
                    "kind",
                    0,
                    16,
                    List.of(
                        call(List.of(), 1, 0), call(List.of(), 4, 0), call(List.of(0, 1), 1, 0)))));

    var outcome = run("fcfs", workload, ONE_BY_ONE, 1);

    // One of the parents after the other.
    assertThat(outcome.programs().getFirst().calls().get(2).readyNanos()).isEqualTo(5 * SECOND);
    assertThat(outcome.programs().getFirst().endNanos()).isEqualTo(6 * SECOND);
  }

  /// 40 random programs at all policies: nothing is lost, nothing is served before it is ready or
  /// twice, parents end before children begin, and the same input gives the same outcome.
  @ParameterizedTest
  @MethodSource("policies")
  void losesNothingAndRepeatsItself(String policy) {
    for (long seed = 0; seed < 3; seed++) {
      var workload = random(seed);

      var outcome = run(policy, workload, profile(3), 2);

      assertThat(outcome.programs()).hasSameSizeAs(workload.programs());
      for (int at = 0; at < workload.programs().size(); at++) {
        conserves(workload.programs().get(at), outcome.programs().get(at));
      }
      assertThat(run(policy, workload, profile(3), 2).programs()).isEqualTo(outcome.programs());
    }
  }

  static List<String> policies() {
    return Policies.names();
  }

  private static void conserves(ProgramTrace trace, ProgramOutcome outcome) {
    assertThat(outcome.id()).isEqualTo(trace.id());
    assertThat(outcome.calls()).hasSameSizeAs(trace.calls());
    long service = 0;
    for (int at = 0; at < trace.calls().size(); at++) {
      var wanted = trace.calls().get(at);
      var had = outcome.calls().get(at);
      long readyNanos =
          wanted.parents().stream()
                  .mapToLong(parent -> outcome.calls().get(parent).endNanos())
                  .max()
                  .orElse(trace.arrivalNanos())
              + wanted.waitNanos();
      assertThat(had.readyNanos()).isEqualTo(readyNanos);
      assertThat(had.sentNanos()).isGreaterThanOrEqualTo(had.readyNanos());
      assertThat(had.beganNanos()).isGreaterThanOrEqualTo(had.sentNanos());
      assertThat(had.endNanos() - had.beganNanos())
          .isGreaterThanOrEqualTo(wanted.outputTokens() * SECOND);
      assertThat(had.cachedTokens()).isBetween(0, Math.max(0, wanted.promptTokens() - 1));
      service +=
          wanted.outputTokens() * SECOND + (wanted.promptTokens() - had.cachedTokens()) * 1000L;
    }
    assertThat(outcome.serviceNanos()).isEqualTo(service);
  }

  /// As `known-lengths` has it, which is nothing else.
  @Test
  void aPolicyIsToldWhatProgramsSayOfTheirLength() {
    var setup =
        new Setup("least-cost", "prefix-aware", 1, 1, ONE_BY_ONE.name(), 0, new Lengths(1, 0));

    var told = Simulator.run(setup, THREE, ONE_BY_ONE, SETTINGS, () -> 0);

    assertThat(told.programs())
        .isEqualTo(run("known-lengths", THREE, ONE_BY_ONE, 1).programs())
        .isNotEqualTo(run("least-cost", THREE, ONE_BY_ONE, 1).programs());
  }

  @Test
  void sendsAllAtOnceWhereNothingIsHeldBack() {
    var calls =
        IntStream.range(0, 4)
            .mapToObj(at -> new CallTrace(List.of(), 9000, 1, BlockRuns.NONE, BlockRuns.NONE, 0))
            .toList();
    var workload =
        new Workload("large", List.of(new ProgramTrace("p", "kind", "kind", 0, 16, calls)));

    var outcome = run("engine-fcfs", workload, profile(4), 1);

    assertThat(outcome.programs().getFirst().calls())
        .allSatisfy(call -> assertThat(call.sentNanos()).isZero())
        .extracting(call -> call.endNanos() / SECOND)
        .containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void sparesThePrefillOfWhatIsCached() {
    var blocks = new BlockRuns(new long[] {100}, new int[] {4});
    var more = new BlockRuns(new long[] {100}, new int[] {5});
    var workload =
        new Workload(
            "prefix",
            List.of(
                new ProgramTrace(
                    "p",
                    "kind",
                    "kind",
                    0,
                    16,
                    List.of(
                        new CallTrace(List.of(), 64, 16, blocks, more, 0),
                        new CallTrace(List.of(0), 100, 1, more, more, 0)))));

    var outcome = run("plas", workload, ONE_BY_ONE, 1);

    assertThat(outcome.programs().getFirst().cachedTokens()).isEqualTo(80);
  }

  /// The cache holds 1,000 blocks. The second call finds the first's 320 tokens, but for the last; Q and
  /// R then have 624 blocks each, so that the third call computes all 500 tokens, 320 of them again.
  @Test
  void tellsPromptsComputedAgainFromPromptsComputedForTheFirstTime() {
    var workload =
        new Workload(
            "lost",
            List.of(
                program(
                    "P",
                    0,
                    prompted(List.of(), 320, 100, 1),
                    prompted(List.of(0), 320, 100, 1),
                    waiting(prompted(List.of(1), 500, 100, 1), 10 * SECOND)),
                program("Q", 5 * SECOND, prompted(List.of(), 9990, 10_000, 1)),
                program("R", 7 * SECOND, prompted(List.of(), 9990, 20_000, 1))));

    var p = run("fcfs", workload, ONE_BY_ONE, 1).programs().getFirst();

    assertThat(p.calls()).extracting(CallOutcome::cachedTokens).containsExactly(0, 319, 0);
    assertThat(p.calls()).extracting(CallOutcome::reprefilledTokens).containsExactly(0, 0, 320);
    assertThat(p.reprefilledTokens()).isEqualTo(320);
  }

  @Test
  void reckonsCapacityByWhatIsServedWhenAllIsThere() {
    var programs = IntStream.range(0, 100).mapToObj(at -> chain("p" + at, "x", 0, 2)).toList();

    var outcome = run("engine-fcfs", new Workload("batch", programs), ONE_BY_ONE, 1);

    assertThat(Capacity.programsPerSecond(outcome, SETTINGS.service().newModel()))
        .isCloseTo(0.5, within(1e-9));
  }

  @Test
  void namesThePoliciesThereAre() {
    assertThatThrownBy(() -> run("quickest", THREE, ONE_BY_ONE, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("quickest")
        .hasMessageContaining("clairvoyant");
  }

  private static Outcome run(String policy, Workload workload, EngineProfile profile, int engines) {
    var setup = new Setup(policy, "prefix-aware", 1, engines, profile.name(), 0);
    return Simulator.run(setup, workload, profile, SETTINGS, () -> 0);
  }

  private static EngineProfile profile(int slots) {
    return profile(slots, EngineOrder.ARRIVAL);
  }

  private static EngineProfile profile(int slots, EngineOrder order) {
    long second = 1_000_000_000_000L;
    return new EngineProfile(
        "a token a second",
        new StepTime(second, 0, 1, 0, 0, 0),
        16_000,
        10_000,
        16_000,
        slots,
        order);
  }

  private static ProgramTrace chain(String id, String tenant, long arrivalSeconds, int... tokens) {
    var calls = new ArrayList<CallTrace>();
    Arrays.stream(tokens)
        .forEach(token ->
            calls.add(call(calls.isEmpty() ? List.of() : List.of(calls.size() - 1), token, 0)));
    return new ProgramTrace(id, "kind", tenant, arrivalSeconds * SECOND, 16, calls);
  }

  private static ProgramTrace program(String id, long arrivalNanos, CallTrace... calls) {
    return new ProgramTrace(id, "kind", "tenant", arrivalNanos, 16, List.of(calls));
  }

  private static CallTrace prompted(List<Integer> parents, int prompt, long block, int output) {
    var blocks = new BlockRuns(new long[] {block}, new int[] {prompt / 16});
    return new CallTrace(parents, prompt, output, blocks, blocks, 0);
  }

  private static CallTrace waiting(CallTrace call, long nanos) {
    return new CallTrace(
        call.parents(),
        call.promptTokens(),
        call.outputTokens(),
        call.prompt(),
        call.kept(),
        nanos);
  }

  private static CallTrace call(List<Integer> parents, int tokens, long waitNanos) {
    return new CallTrace(parents, 0, tokens, BlockRuns.NONE, BlockRuns.NONE, waitNanos);
  }

  private static Workload random(long seed) {
    var random = new SplittableRandom(seed);
    var programs = new ArrayList<ProgramTrace>();
    for (int program = 0; program < 40; program++) {
      var calls = new ArrayList<CallTrace>();
      int size = 1 + random.nextInt(8);
      for (int at = 0; at < size; at++) {
        int number = at;
        var parents =
            IntStream.range(0, at)
                .filter(parent -> random.nextInt(3) == 0 || parent == number - 2)
                .boxed()
                .toList();
        int prompt = random.nextInt(400);
        var blocks =
            prompt < 16
                ? BlockRuns.NONE
                : new BlockRuns(new long[] {random.nextInt(4) * 1000L}, new int[] {prompt / 16});
        calls.add(
            new CallTrace(
                parents,
                prompt,
                1 + random.nextInt(6),
                blocks,
                blocks,
                random.nextInt(3) * SECOND));
      }
      programs.add(
          new ProgramTrace(
              "p" + program,
              "kind",
              random.nextBoolean() ? "x" : "y",
              random.nextInt(60) * SECOND,
              16,
              calls));
    }
    return new Workload("random", programs);
  }
}
