package dev.troupe.front;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.front.Target.State;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChoiceTest {

  private static final InetSocketAddress A = InetSocketAddress.createUnresolved("a", 1);
  private static final InetSocketAddress B = InetSocketAddress.createUnresolved("b", 1);
  private static final InetSocketAddress C = InetSocketAddress.createUnresolved("c", 1);

  @Test
  void takesTheReadyNodeWithTheFewestConnections() {
    var targets = targets(State.READY, State.READY, State.READY);

    assertThat(Choice.order(targets, Map.of(A, 3, B, 1, C, 2))).containsExactly(B, C, A);
  }

  @Test
  void takesTheEarlierOfEquals() {
    var targets = targets(State.READY, State.READY, State.READY);

    assertThat(Choice.order(targets, Map.of(A, 1))).containsExactly(B, C, A);
  }

  @Test
  void takesOneThatOnlyAnswersAfterAllThatAreReady() {
    var targets = targets(State.ANSWERING, State.READY, State.ANSWERING);

    assertThat(Choice.order(targets, Map.of(A, 1, B, 9))).containsExactly(B, C, A);
  }

  @Test
  void neverTakesOneThatIsSilent() {
    assertThat(Choice.order(targets(State.SILENT, State.SILENT, State.SILENT), Map.of())).isEmpty();
  }

  private static List<Target> targets(State a, State b, State c) {
    return List.of(new Target(A, a), new Target(B, b), new Target(C, c));
  }
}
