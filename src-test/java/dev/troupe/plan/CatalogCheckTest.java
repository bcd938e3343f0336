package dev.troupe.plan;

import static dev.troupe.plan.Steps.each;
import static dev.troupe.plan.Steps.id;
import static dev.troupe.plan.Steps.reference;
import static dev.troupe.plan.Steps.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CatalogCheckTest {

  private static final Argument TEXT = new Argument.Literal(new TextNode("x"));

  private static List<Step> checked(Step... steps) {
    return CatalogCheck.checked(
        List.of(steps), Tools.ALL, model -> model.equals(new ModelRef.Named("m")));
  }

  private static PlanError refused(Step... steps) {
    InvalidPlanException thrown =
        catchThrowableOfType(InvalidPlanException.class, () -> checked(steps));
    assertThat(thrown).isNotNull();
    return thrown.error();
  }

  private static Step call(String tool, Argument arguments) {
    return new Step(id("call"), new StepKind.Function(tool, arguments), List.of());
  }

  @Test
  @Tag("RT-6")
  @Tag("RT-14")
  void aModelThatIsNotThereIsRefused() {
    assertThat(checked(step("a"))).hasSize(1);
    Step other =
        new Step(
            id("b"),
            new StepKind.Llm(
                ModelRef.of("role:fast"),
                List.of(Message.user(Template.fixed("x"))),
                Map.of(),
                OptionalInt.empty(),
                JsonNodeFactory.instance.objectNode()),
            List.of());
    assertThat(refused(step("a"), other).code()).isEqualTo(PlanError.Code.MODEL_UNKNOWN);
    assertThat(refused(step("l"), each("m", "l", other)).code())
        .isEqualTo(PlanError.Code.MODEL_UNKNOWN);
  }

  @Test
  void aToolThatIsNotThereIsRefused() {
    PlanError error = refused(call("serch", new Argument.Sequence(List.of(TEXT))));

    assertThat(error.code()).isEqualTo(PlanError.Code.TOOL_NOT_FOUND);
    assertThat(error.step()).contains(id("call"));
    assertThat(error.message()).contains("did you mean \"search\"?");
  }

  @Test
  void argumentsByPositionGetTheirNames() {
    List<Step> steps = checked(call("math", new Argument.Sequence(List.of(TEXT, reference("a")))));

    assertThat(((StepKind.Function) steps.getFirst().kind()).arguments())
        .isEqualTo(new Argument.Merged(Map.of("problem", TEXT, "context", reference("a"))));
  }

  @Test
  void argumentsAreThoseThatTheToolTakes() {
    assertThat(refused(call("search", new Argument.Merged(Map.of("qery", TEXT)))).message())
        .contains("did you mean \"query\"?");
    assertThat(
            refused(
                    call(
                        "search",
                        new Argument.Merged(Map.of("query", new Argument.Literal(new IntNode(1))))))
                .message())
        .contains("of type string");
    assertThat(refused(call("search", new Argument.Sequence(List.of(TEXT, TEXT)))).message())
        .contains("takes 1 arguments, not 2");
  }
}
