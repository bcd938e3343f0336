package dev.troupe.plan;

import static dev.troupe.plan.Steps.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("RT-18")
class WorkflowTest {

  private static final String CHAIN =
      """
      - {id: a, role: spec-analyst}
      - {id: b, role: spec-architect, depends_on: [a]}
      - {id: c, role: spec-developer, depends_on: [b]}
      - {id: d, role: spec-validator, depends_on: [c]}
      """;

  private static Submission read(String head, String steps) {
    String yaml =
        "workflow:\n" + head.indent(2) + (steps.isEmpty() ? "" : "  steps:\n" + steps.indent(4));
    return new RunJson(Tools.ALL, PlanLimits.DEFAULT)
        .readYaml(yaml.getBytes(StandardCharsets.UTF_8), RunJson.Form.NATIVE);
  }

  private static Plan plan(String head, String steps) {
    return ((Submission.Planned) read(head, steps).work()).plan();
  }

  @Test
  void hasTheDefaultsOfThePredecessor() {
    RunPolicy policy = read("name: w", CHAIN).policy();

    assertThat(policy.timeout()).contains(Duration.ofMinutes(5));
    assertThat(policy.maxParallelism()).isEqualTo(1);
    assertThat(policy.budget()).isEqualTo(Budget.ofMoney(10_000_000, "USD"));
  }

  @Test
  void modelsAreGivenByRole() {
    Plan plan = plan("name: w\nmodels: {spec-analyst: big, spec-developer: 'role:fast'}", CHAIN);

    assertThat(plan.steps())
        .extracting(step -> ((StepKind.Llm) step.kind()).model().toString())
        .containsExactly("big", "role:balanced", "role:fast", "role:balanced");
  }

  @Test
  void optionalStepsRunIfEnabled() {
    String steps = CHAIN + "- {id: e, role: spec-tester, depends_on: [d]}\n";
    String head = "name: w\ntype: spec-default\noptional_roles: [spec-tester]\n";

    assertThat(plan(head, steps).leaves()).isEqualTo(ids("e"));
    assertThat(plan(head + "optional_enabled: [spec-tester]", steps).leaves()).isEqualTo(ids("e"));
    assertThat(plan(head + "optional_enabled: []", steps).leaves()).isEqualTo(ids("d"));
  }

  static Stream<Arguments> sound() {
    return Stream.of(
        Arguments.of("name: w", CHAIN),
        Arguments.of("name: w\ntype: spec-default", CHAIN),
        Arguments.of(
            "name: w\ntype: spec-default",
            CHAIN + "- {id: r, role: spec-reviewer, depends_on: [d]}\n"),
        Arguments.of("name: w\ntype: custom", "- {id: x, role: anything}\n"),
        Arguments.of(
            "name: w\ntype: custom", "- {id: x, role: r, outputs: [one, two], prompt: Do it}\n"),
        Arguments.of("name: w\ntype: ''", "- {id: z, role: spec-validator}\n" + CHAIN),
        Arguments.of("name: w", CHAIN + "- {id: x, role: other}\n"),
        Arguments.of("name: w\ntype: spec-default", CHAIN.replace("[b]", "[b, a]")),
        Arguments.of(
            "name: w\npolicy: {timeout_ms: 5, max_parallelism: 3, budget_limit: {amount: 1}}",
            CHAIN));
  }

  @ParameterizedTest
  @MethodSource
  void sound(String head, String steps) {
    assertThat(plan(head, steps).size()).isPositive();
  }

  static Stream<Arguments> unsound() {
    return Stream.of(
        Arguments.of("type: custom", "- {id: x, role: r}\n", "\"name\" is required"),
        Arguments.of("name: ''", CHAIN, "\"name\" is required"),
        Arguments.of("name: w", "", "at least one step"),
        Arguments.of("name: w", "- {role: r}\n", "\"id\" is required"),
        Arguments.of("name: w\ntype: custom", "- {id: x}\n", "\"role\" is required"),
        Arguments.of("name: w\ntype: custom", "- {id: x, role: ''}\n", "\"role\" is required"),
        Arguments.of(
            "name: w\ntype: custom", "- {id: x, role: r}\n- {id: x, role: r}\n", "two steps"),
        Arguments.of(
            "name: w\ntype: custom",
            "- {id: x, role: r, depends_on: [y]}\n",
            "no step of the plan"),
        Arguments.of(
            "name: w\ntype: custom", "- {id: x, role: r, depends_on: [x]}\n", "waits for itself"),
        Arguments.of(
            "name: w\ntype: custom",
            "- {id: x, role: r, depends_on: [y]}\n- {id: y, role: r, depends_on: [x]}\n",
            "x→y→x"),
        Arguments.of("name: w", "- {id: x, role: other}\n", "spec-analyst is missing"),
        Arguments.of(
            "name: w", CHAIN.replace("spec-developer", "spec-coder"), "spec-developer is missing"),
        Arguments.of(
            "name: w\ntype: spec-default",
            CHAIN + "- {id: x, role: other}\n",
            "no role of spec-default"),
        Arguments.of(
            "name: w\ntype: spec-default",
            CHAIN + "- {id: x, role: spec-analyst}\n",
            "there twice"),
        Arguments.of(
            "name: w\ntype: spec-default",
            CHAIN
                .replace("spec-analyst", "x")
                .replace("spec-architect", "spec-analyst")
                .replace(" x}", " spec-architect}"),
            "out of order"),
        Arguments.of(
            "name: w\ntype: spec-default",
            CHAIN.replace(", depends_on: [b]", ""),
            "must depend on \"b\""),
        Arguments.of(
            "name: w\ntype: spec-default",
            CHAIN + "- {id: t, role: spec-tester}\n",
            "must depend on \"d\" alone"),
        Arguments.of(
            "name: w\ntype: spec-default",
            CHAIN + "- {id: t, role: spec-tester, depends_on: [c]}\n",
            "alone"),
        Arguments.of(
            "name: w\ntype: spec-default",
            CHAIN + "- {id: t, role: spec-tester, depends_on: [d, c]}\n",
            "alone"),
        Arguments.of("name: w\ntype: strict", CHAIN, "type is custom"),
        Arguments.of("name: w\noptional_enabled: [spec-tester]", CHAIN, "none of optional_roles"),
        Arguments.of("name: w\ncolour: red", CHAIN, "unknown key \"colour\""),
        Arguments.of(
            "name: w\ntype: custom",
            "- {id: x, role: r, dependsOn: []}\n",
            "did you mean \"depends_on\"?"),
        Arguments.of(
            "name: w\npolicy: {max_parallel: 1}", CHAIN, "did you mean \"max_parallelism\"?"),
        Arguments.of("name: w\nmodels: {spec-analyst: ''}", CHAIN, "\"spec-analyst\" is required"));
  }

  @ParameterizedTest
  @MethodSource
  void unsound(String head, String steps, String message) {
    InvalidPlanException refused =
        catchThrowableOfType(InvalidPlanException.class, () -> plan(head, steps));

    assertThat(refused).isNotNull();
    assertThat(refused.error().message()).contains(message);
    assertThat(refused.error().place()).startsWith("/workflow");
  }
}
