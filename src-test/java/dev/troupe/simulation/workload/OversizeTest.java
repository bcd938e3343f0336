package dev.troupe.simulation.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OversizeTest {

  private static final int BLOCK_TOKENS = 4;

  @Test
  void refusesWholeProgramsAndCountsThem() {
    var fits = program("fits", call(10, 10, 1, 2));
    var large = program("large", call(1, 1), call(11, 10, 1, 2));

    var fitted = Oversize.REFUSE.fit(new Workload("w", List.of(fits, large)), 20);

    assertThat(fitted.workload().programs()).containsExactly(fits);
    assertThat(fitted.refused()).isEqualTo(1);
    assertThat(fitted.scaled()).isZero();
  }

  @Test
  void dividesByTheSmallestNumberThatMakesEveryCallFit() {
    // 41 + 12: halves are 20 + 6 = 26, thirds 13 + 4 = 17. The first call's 7 + 2 become 2 + 1.
    var large = program("large", call(7, 2, 1), call(41, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    var fits = program("fits", call(8, 1, 1, 2));

    var fitted = Oversize.SCALE.fit(new Workload("w", List.of(large, fits)), 20);

    var scaled = fitted.workload().programs().getFirst();
    assertThat(fitted.refused()).isZero();
    assertThat(fitted.scaled()).isEqualTo(1);
    assertThat(scaled.calls()).extracting(CallTrace::promptTokens).containsExactly(2, 13);
    assertThat(scaled.calls()).extracting(CallTrace::outputTokens).containsExactly(1, 4);
    // 10 blocks make 3 of three, and a rest of one that is left out.
    assertThat(scaled.calls()).extracting(call -> call.prompt().length()).containsExactly(0, 3);
    assertThat(fitted.workload().programs().getLast()).isEqualTo(fits);
  }

  @Test
  void givesScaledBlocksNamesThatNoOtherBlockHas() {
    var large = program("large", call(40, 1, 1, 2, 3, 4));
    var larger = program("larger", call(60, 1, 1, 2, 3, 4));
    var fits = program("fits", call(16, 1, 1, 2, 3, 4));

    var programs =
        Oversize.SCALE
            .fit(new Workload("w", List.of(large, larger, fits)), 21)
            .workload()
            .programs();

    // Halves of 4 blocks are 2, thirds 1: no two programs share a beginning now.
    assertThat(programs)
        .extracting(program -> program.calls().getFirst().prompt().length())
        .containsExactly(2, 1, 4);
    assertThat(programs.stream().map(program -> program.calls().getFirst().prompt().first(0)))
        .doesNotHaveDuplicates();
  }

  @Test
  void dividesWhatPromptsShareAsItDividesThePrompts() {
    var random = new SplittableRandom(8);
    for (int round = 0; round < 300; round++) {
      var before = drawn(random);
      int most = 30 + random.nextInt(200);
      var fitted = Oversize.SCALE.fit(before, most);
      int scaled = 0;
      for (int one = 0; one < before.programs().size(); one++) {
        int divisor = divisor(before.programs().get(one), most);
        scaled += divisor > 1 ? 1 : 0;
        for (int other = 0; other < before.programs().size(); other++) {
          boolean alike = divisor == divisor(before.programs().get(other), most);
          sharesAsBefore(before, fitted.workload(), one, other, alike ? divisor : 0);
        }
      }
      assertThat(fitted.scaled()).isEqualTo(scaled);
      assertThat(fitted.workload().programs()).allSatisfy(program -> fits(program, most));
    }
  }

  /// @param divisor 0 where the two programs are divided by different numbers
  private static void sharesAsBefore(
      Workload before, Workload after, int one, int other, int divisor) {
    var oneCalls = before.programs().get(one).calls();
    var otherCalls = before.programs().get(other).calls();
    for (int call = 0; call < oneCalls.size(); call++) {
      for (int with = 0; with < otherCalls.size(); with++) {
        int shared = oneCalls.get(call).kept().shared(otherCalls.get(with).prompt());
        int sharedAfter =
            after
                .programs()
                .get(one)
                .calls()
                .get(call)
                .kept()
                .shared(after.programs().get(other).calls().get(with).prompt());
        assertThat(sharedAfter).isEqualTo(divisor == 0 ? 0 : shared / divisor);
      }
    }
  }

  private static void fits(ProgramTrace program, int most) {
    for (var call : program.calls()) {
      int tokens = call.promptTokens() + call.outputTokens();
      assertThat(tokens).isLessThanOrEqualTo(most);
      assertThat(call.prompt().length() * BLOCK_TOKENS).isLessThanOrEqualTo(call.promptTokens());
      assertThat(call.kept().length() * BLOCK_TOKENS).isLessThanOrEqualTo(tokens);
    }
  }

  private static int divisor(ProgramTrace program, int most) {
    for (int by = 1; ; by++) {
      int divisor = by;
      if (program.calls().stream()
          .allMatch(call ->
              call.promptTokens() / divisor + Math.ceilDiv(call.outputTokens(), divisor) <= most)) {
        return divisor;
      }
    }
  }

  /// Programs whose texts are branches of one tree.
  private static Workload drawn(SplittableRandom random) {
    var names = new BlockNames(random.nextInt(100));
    var texts = new ArrayList<Passage>(List.of(Passage.EMPTY));
    var programs = new ArrayList<ProgramTrace>();
    for (int program = 0; program < 4; program++) {
      var calls = new ArrayList<CallTrace>();
      for (int call = 0; call < 4; call++) {
        var prompt = longer(texts.get(random.nextInt(texts.size())), random.nextInt(120), names);
        int output = 1 + random.nextInt(30);
        var after = longer(prompt, output, names);
        texts.add(prompt);
        texts.add(after);
        calls.add(
            new CallTrace(List.of(), prompt.tokens(), output, prompt.blocks(), after.blocks(), 0));
      }
      programs.add(new ProgramTrace("p" + program, "k", "t", program, BLOCK_TOKENS, calls));
    }
    return new Workload("w", programs);
  }

  private static Passage longer(Passage text, int tokens, BlockNames names) {
    int length = text.tokens() + tokens;
    int filled = length / BLOCK_TOKENS - text.blocks().length();
    return new Passage(
        length, filled == 0 ? text.blocks() : text.blocks().with(names.take(filled), filled));
  }

  private static ProgramTrace program(String id, CallTrace... calls) {
    return new ProgramTrace(id, "k", "t", 0, BLOCK_TOKENS, List.of(calls));
  }

  private static CallTrace call(int prompt, int output, long... ids) {
    var blocks = BlockRuns.NONE;
    for (long id : ids) {
      blocks = blocks.with(id, 1);
    }
    return new CallTrace(List.of(), prompt, output, blocks, blocks, 0);
  }
}
