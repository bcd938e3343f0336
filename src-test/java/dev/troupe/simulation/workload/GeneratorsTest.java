package dev.troupe.simulation.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GeneratorsTest {

  private static final int PROGRAMS = 2000;

  /// Autellix, Fig. 11.
  @ParameterizedTest
  @CsvSource({
    "chat, 6.66, 80, 255.65, 276.81",
    "react, 10.75, 70, 735.06, 34.14",
    "tree-search, 159.71, 400, 467.24, 72.64"
  })
  void meetsThePublishedMeans(
      String name, double calls, int mostCalls, double added, double output) {
    var workload = Generators.named(name, PROGRAMS, 1);

    assertThat((double) workload.calls() / PROGRAMS).isCloseTo(calls, within(calls / 10));
    assertThat(workload.programs())
        .allMatch(program -> program.calls().size() <= mostCalls)
        .anyMatch(program -> program.calls().size() > mostCalls / 2);
    assertThat(calls(workload).mapToInt(CallTrace::outputTokens).average().orElseThrow())
        .isCloseTo(output, within(output / 10));
    double allAdded =
        workload.programs().stream().flatMapToInt(GeneratorsTest::added).average().orElseThrow();
    assertThat(allAdded).isCloseTo(added, within(added / 10));
  }

  /// vLLM AgentX, by its medians.
  @Test
  void meetsThePublishedMediansOfCoding() {
    var workload = Generators.named("coding", PROGRAMS, 1);
    var turns = workload.programs().stream().mapToInt(program -> program.calls().size());
    long prompts = calls(workload).mapToLong(CallTrace::promptTokens).sum();
    long added =
        workload.programs().stream().flatMapToInt(GeneratorsTest::added).asLongStream().sum();

    assertThat(median(turns)).isCloseTo(43, within(4.3));
    assertThat(median(calls(workload).mapToInt(CallTrace::promptTokens)))
        .isCloseTo(142_000, within(14_200.0));
    assertThat(median(calls(workload).mapToInt(CallTrace::outputTokens)))
        .isCloseTo(444, within(44.4));
    assertThat(1 - (double) added / prompts).isGreaterThan(0.96);
    assertThat(calls(workload).filter(call -> !call.parents().isEmpty()))
        .allMatch(call -> call.waitNanos() > 0);
  }

  @Test
  void samplesTheMixEvenly() {
    var workload = Generators.named("mixed", PROGRAMS, 1);
    for (var kind : List.of("chat", "react", "search")) {
      // 2000 throws at a third are 667 ± 21.
      assertThat(
              workload.programs().stream().filter(program -> program.kind().equals(kind)).count())
          .isBetween(583L, 751L);
    }
  }

  @Test
  void searchesInRoundsOfParallelCalls() {
    for (var program : Generators.named("tree-search", 50, 1).programs()) {
      var calls = program.calls();
      for (int call = 0; call < calls.size(); call++) {
        int first = call - call % 11;
        var parents = calls.get(call).parents();
        if (call % 11 < 5) {
          assertThat(parents).isEqualTo(first == 0 ? List.of() : List.of(first - 1));
        } else if (call % 11 < 10) {
          assertThat(parents).containsExactly(call - 5);
        } else {
          assertThat(parents)
              .containsExactly(first + 5, first + 6, first + 7, first + 8, first + 9);
        }
      }
    }
  }

  @Test
  void reducesWhatManyMapped() {
    for (var program : Generators.named("map-reduce", 200, 1).programs()) {
      var pieces = program.calls().subList(0, program.calls().size() - 1);
      var reducer = program.calls().getLast();

      assertThat(pieces).hasSizeBetween(4, 64).allMatch(call -> call.parents().isEmpty());
      assertThat(reducer.parents())
          .containsExactlyElementsOf(IntStream.range(0, pieces.size()).boxed().toList());
      assertThat(reducer.promptTokens())
          .isGreaterThan(pieces.stream().mapToInt(CallTrace::outputTokens).sum());
    }
  }

  @Test
  void makesUniformProgramsAlike() {
    var shapes =
        Generators.named("uniform", 100, 1).programs().stream()
            .map(program ->
                program.calls().stream()
                    .map(call -> List.of(call.promptTokens(), call.outputTokens()))
                    .toList());

    assertThat(shapes.distinct()).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("names")
  void isDeterminedByItsSeed(String name) {
    var workload = Generators.named(name, 40, 7);

    assertThat(Generators.named(name, 40, 7)).isEqualTo(workload);
    assertThat(Generators.named(name, 60, 7).head(40)).isEqualTo(workload);
    assertThat(Generators.named(name, 40, 8)).isNotEqualTo(workload);
  }

  @ParameterizedTest
  @MethodSource("names")
  void beginsAllProgramsOfAKindAlike(String name) {
    var byKind =
        Generators.named(name, 40, 7).programs().stream()
            .collect(Collectors.groupingBy(ProgramTrace::kind));

    byKind.forEach((_, programs) -> {
      var prompts =
          programs.stream().flatMap(p -> p.calls().stream()).map(CallTrace::prompt).toList();
      var first = prompts.getFirst();
      // The shortest shared beginning is that of 64 tokens.
      assertThat(prompts).allMatch(prompt -> prompt.shared(first) >= 4);
    });
  }

  @ParameterizedTest
  @MethodSource("names")
  void namesEveryBlockOfAPromptAndWhatItsOutputFills(String name) {
    assertThat(calls(Generators.named(name, 40, 7)))
        .allSatisfy(call -> {
          int tokens = call.promptTokens() + call.outputTokens();
          assertThat(call.prompt().length()).isEqualTo(call.promptTokens() / 16);
          assertThat(call.kept().length()).isEqualTo(tokens / 16);
          assertThat(call.prompt().isBeginningOf(call.kept())).isTrue();
        });
  }

  @ParameterizedTest
  @CsvSource({"chat", "react", "coding", "uniform"})
  void continuesEachPromptByTheNext(String name) {
    for (var program : Generators.named(name, 40, 7).programs()) {
      for (int call = 1; call < program.calls().size(); call++) {
        var before = program.calls().get(call - 1);
        var next = program.calls().get(call);

        assertThat(next.parents()).containsExactly(call - 1);
        assertThat(before.kept().isBeginningOf(next.prompt())).isTrue();
        assertThat(next.promptTokens())
            .isGreaterThan(before.promptTokens() + before.outputTokens());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void sharesNoMoreThanTheBeginningBetweenPrograms(String name) {
    var programs = Generators.named(name, 10, 7).programs();
    for (var one : programs) {
      for (var other : programs) {
        if (!one.equals(other)) {
          int shared = one.calls().getLast().kept().shared(other.calls().getLast().kept());
          // The longest shared beginning has 15,000 tokens.
          assertThat(shared).isLessThanOrEqualTo(15_000 / 16);
          assertThat(shared).isLessThan(one.calls().getLast().kept().length());
        }
      }
    }
  }

  @Test
  void arrivesOneASecond() {
    var last = Generators.named("uniform", PROGRAMS, 1).programs().getLast();

    // 2000 exponential gaps of 1 s make 2000 ± 45 s.
    assertThat(last.arrivalNanos() / 1e9).isCloseTo(PROGRAMS, within(180.0));
  }

  @Test
  void refusesANameThatIsNone() {
    assertThatThrownBy(() -> Generators.named("none", 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none")
        .hasMessageContaining("tree-search");
    assertThatThrownBy(() -> Generators.named("chat", 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  static List<String> names() {
    return Generators.names();
  }

  /// What each call adds to the longest earlier call that it continues.
  private static IntStream added(ProgramTrace program) {
    var calls = program.calls();
    return IntStream.range(0, calls.size())
        .map(position -> {
          var call = calls.get(position);
          int continued =
              calls.subList(0, position).stream()
                  .filter(earlier -> earlier.kept().isBeginningOf(call.prompt()))
                  .mapToInt(earlier -> earlier.promptTokens() + earlier.outputTokens())
                  .max()
                  .orElse(0);
          return call.promptTokens() - continued;
        });
  }

  private static double median(IntStream values) {
    var sorted = values.sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static Stream<CallTrace> calls(Workload workload) {
    return workload.programs().stream().flatMap(program -> program.calls().stream());
  }
}
