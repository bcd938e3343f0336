package dev.troupe.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepIdTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "step-1", "1.2", "über", "a/b:c@d", "1"})
  void takesWhatPeopleCallSteps(String value) {
    assertThat(StepId.local(value).value()).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "a b", "a[0]", "a]", "${a}", "$a", "a\n", "a\u0000", "\ud800", "a,b", "#a"
      })
  void refusesWhatCouldNotBeReferredTo(String value) {
    assertThatThrownBy(() -> StepId.local(value)).isInstanceOf(InvalidPlanException.class);
  }

  @Test
  void aNestedIdKnowsItsContainerAndInstance() {
    StepId nested =
        new StepId("all").inside("3", new StepId("sub")).inside("then", new StepId("x.y"));

    assertThat(nested.value()).isEqualTo("all[3].sub[then].x.y");
    assertThat(nested.container()).contains(new StepId("all[3].sub"));
    assertThat(nested.instance()).contains("then");
    assertThat(nested.local()).isEqualTo(new StepId("x.y"));
    assertThat(new StepId("x.y").container()).isEmpty();
  }

  @Test
  void aNameMeansTheNearest() {
    StepId nested = new StepId("a[3].b[0].c");
    StepId x = new StepId("x");

    assertThat(
            nested.resolve(x, Set.of(x, new StepId("a[3].x"), new StepId("a[3].b[0].x"))::contains))
        .contains(new StepId("a[3].b[0].x"));
    assertThat(nested.resolve(x, Set.of(x, new StepId("a[3].x"))::contains))
        .contains(new StepId("a[3].x"));
    assertThat(nested.resolve(x, Set.of(x)::contains)).contains(x);
    assertThat(nested.resolve(x, Set.<StepId>of()::contains)).isEmpty();
    assertThat(x.resolve(x, Set.of(x)::contains)).contains(x);
  }
}
