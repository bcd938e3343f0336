package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.troupe.laboratory.Choice;
import dev.troupe.simulation.Policies;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AblationTest {

  private final SimulationBench bench = new SimulationBench();

  /// A mistyped key would change nothing, and nobody would notice.
  @ParameterizedTest
  @EnumSource(Ablation.class)
  void changesAKeyThatThereIsOrThePlacement(Ablation ablation) {
    var shipped = ConfigFactory.defaultReference();

    assertThat(ablation.overrides)
        .allSatisfy((key, value) ->
            assertThat(shipped.getValue(key).unwrapped().toString())
                .isNotEqualTo(value.toString()));
    boolean isPlacedAsShipped =
        bench.usualPlacement(ablation.policy()).equals(bench.usualPlacement(Ablation.ABLATED));
    assertThat(ablation.overrides.isEmpty()).isNotEqualTo(isPlacedAsShipped);
  }

  @Test
  void beginsWithThePolicyThatShips() {
    assertThat(bench.ablations().getFirst()).isEqualTo(bench.policies().getFirst());
    assertThat(bench.ablations()).hasSize(1 + Ablation.values().length);
  }

  @Test
  void baselinesArePlacedAsRoutersDoAndBoundsAsThePolicyThatShips() {
    assertThat(bench.usualPlacement("engine-fcfs")).isEqualTo("prefix-aware");
    assertThat(bench.usualPlacement("plas")).isEqualTo("prefix-aware");
    assertThat(Policies.bounds())
        .contains("clairvoyant", "known-lengths")
        .allSatisfy(bound -> assertThat(bench.usualPlacement(bound)).isEqualTo("added-delay"));
    assertThat(bench.policies().stream().map(Choice::name)).contains("clairvoyant", "plas");
  }
}
