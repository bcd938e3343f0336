package dev.troupe.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.program.Callers.Caller;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallersTest {

  private static final Optional<Node> HERE = Optional.empty();
  private static final Optional<Node> NEAR = Optional.of(new Node("near:1"));
  private static final Optional<Node> FAR = Optional.of(new Node("far:1"));

  private static final Call.Id A = new Call.Id("a");
  private static final Call.Id B = new Call.Id("b");
  private static final Call.Id C = new Call.Id("c");

  // Silent after 10 ns.
  private final Callers<String> callers = new Callers<>(10);

  @Test
  void knowsTheLatestCallerOfACall() {
    callers.heard(A, "first", HERE, 0);
    callers.heard(B, "other", HERE, 0);
    callers.heard(A, "second", FAR, 1);

    assertThat(callers.of(A)).contains("second");
    assertThat(callers.of(B)).contains("other");
    assertThat(callers.remove(A)).contains("second");
    assertThat(callers.of(A)).isEmpty();
  }

  @Test
  void losesTheCallersOfANodeWithIt() {
    callers.heard(A, "a", FAR, 0);
    callers.heard(B, "b", NEAR, 0);
    callers.heard(C, "c", HERE, 0);

    assertThat(callers.lost(FAR.orElseThrow())).containsExactly(new Caller<>(A, "a"));

    assertThat(callers.of(A)).isEmpty();
    assertThat(callers.of(B)).contains("b");
    assertThat(callers.of(C)).contains("c");
    assertThat(callers.lost(FAR.orElseThrow())).isEmpty();
  }

  @Test
  void hasThoseWatchedThatAreSilent() {
    callers.heard(A, "a", FAR, 0);
    callers.heard(B, "b", HERE, 0);
    callers.heard(A, "a", FAR, 5);

    assertThat(callers.silent(9)).isEmpty();
    assertThat(callers.silent(10)).containsExactly(new Caller<>(B, "b"));
    // B counts as heard of at 10, A at 5.
    assertThat(callers.silent(15)).containsExactly(new Caller<>(A, "a"));
    assertThat(callers.silent(20)).containsExactly(new Caller<>(B, "b"));
  }

  @Test
  void keepsANewCallOfTheSameIdWhenTheFormerCallerIsGone() {
    callers.heard(A, "former", FAR, 0);
    callers.heard(A, "latter", HERE, 1);

    assertThat(callers.remove(A, "former")).isFalse();
    assertThat(callers.lost(FAR.orElseThrow())).isEmpty();
    assertThat(callers.silent(100)).containsExactly(new Caller<>(A, "latter"));
    assertThat(callers.remove(A, "latter")).isTrue();
    assertThat(callers.remove(A)).isEmpty();
  }
}
