package dev.troupe.schedule;

import static dev.troupe.schedule.WaitingCall.engine;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.engine.EngineLoad;
import dev.troupe.engine.Lease.Why;
import dev.troupe.schedule.Placement.Candidate;
import dev.troupe.schedule.Placement.Choice.Hold;
import dev.troupe.schedule.Placement.Choice.None;
import dev.troupe.schedule.Placement.Choice.Place;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A prompt token takes 100 ns and attention nothing, a generated one 1,000 ns and 1 ns for each token
/// of the batch. The call has 1,000 prompt tokens and generates 10.
class AddedDelayTest {

  private static final int PROMPT = 1000;

  private final AddedDelay placement = with(0);
  private final Waiting call = WaitingCall.of("c").tokens(PROMPT, 10).build();

  @Test
  void takesTheEngineThatHoldsThePrompt() {
    assertThat(placement.place(call, List.of(open("a", 0, 0, 0), open("b", 0, 0, 900))))
        .isEqualTo(new Place(engine("b"), new Why("prefix", 900)));
  }

  @Test
  void takesTheShortestBatchWhereNobodyHoldsThePrompt() {
    assertThat(placement.place(call, List.of(open("a", 2, 5_000, 0), open("b", 2, 4_000, 0))))
        .isEqualTo(new Place(engine("b"), new Why("least-delay", 0)));
  }

  /// On a: 100,000 for the prompt and 10 × 1,000. On b with n calls of 1,000 tokens:
  /// 10,000 × (1 + n) for a tenth of the prompt, 10 × (1,000 + 1,000 n) and 10 × 1,000 × n;
  /// 20,000 + 30,000 n. Equal at n = 3.
  @Test
  void weighsACachedPromptAgainstTheBatchItIsReadIn() {
    assertThat(engineOf(List.of(open("a", 0, 0, 0), open("b", 2, 2_000, 900)))).isEqualTo("b");
    assertThat(engineOf(List.of(open("a", 0, 0, 0), open("b", 4, 4_000, 900)))).isEqualTo("a");
  }

  /// On a: 100,000 for the prompt, 90,000 for the copy of what b holds, and 10 × 1,000. On b: 20,000 + 30,000 n
  /// as above. Equal at n = 6.
  @Test
  void aSecondCopyOfACachedPromptCountsForWhatItPushesOut() {
    var counting = with(1);

    assertThat(engineOf(counting, List.of(open("a", 0, 0, 0), open("b", 5, 5_000, 900))))
        .isEqualTo("b");
    assertThat(engineOf(counting, List.of(open("a", 0, 0, 0), open("b", 7, 7_000, 900))))
        .isEqualTo("a");
  }

  /// On a: 100,000 × 2 + 10 × 17,000 + 10 × 1,000; on b: 100,000 × 3 + 10 × 2,000 + 10 × 2,000. Counted twice the
  /// prompts would be 600,000 to 400,000, and a would be better.
  @Test
  void whatNobodyHoldsCountsOnce() {
    assertThat(engineOf(with(1), List.of(open("a", 1, 16_000, 0), open("b", 2, 1_000, 0))))
        .isEqualTo("b");
  }

  @Test
  void leavesACallToTheBestEngineWhileTheOthersAreBusy() {
    var warm = new Candidate(engine("warm"), false, new EngineLoad(1, 1_000, 0), 1, 900);

    assertThat(placement.place(call, List.of(half("cold", 0.5), warm))).isEqualTo(new None());
  }

  /// On the empty one 110,000, on the busy one 230,000; neither holds any of the prompt.
  @Test
  void doesNotLeaveACallToAMuchSmallerEngine() {
    var empty = new Candidate(engine("empty"), false, EngineLoad.IDLE, 1, 0);

    assertThat(placement.place(call, List.of(half("busy", 0.9), empty)))
        .isEqualTo(new Hold(engine("empty"), 120_000));
  }

  /// Cold: 100,000 × 2 + 10 × 2,000 + 10 × 1,000 = 230,000. Warm: 50,000, as above with n = 1.
  @Test
  void leavesTheBestEngineForOneThatIsEmptyWhenWaitingHasCostWhatItSaves() {
    var warm = new Candidate(engine("warm"), false, new EngineLoad(1, 1_000, 0), 1, 900);

    assertThat(placement.place(call, List.of(half("cold", 0.4), warm)))
        .isEqualTo(new Hold(engine("warm"), 180_000));
  }

  @Test
  void sendsNothingWhereThereIsNoRoom() {
    var full = new Candidate(engine("a"), false, new EngineLoad(1, 1_000, 0), 1, 0);

    assertThat(placement.place(call, List.of(full))).isEqualTo(new None());
  }

  private static AddedDelay with(double copyWeight) {
    return new AddedDelay(new EnginePrices(100, 0, 1_000, 1), new DelaySettings(0.5, copyWeight));
  }

  private String engineOf(List<Candidate> candidates) {
    return engineOf(placement, candidates);
  }

  private String engineOf(AddedDelay placement, List<Candidate> candidates) {
    return placement.place(call, candidates) instanceof Place place
        ? place.engine().value()
        : "none";
  }

  private static Candidate open(String name, int inFlight, long kvTokens, int cachedTokens) {
    return new Candidate(
        engine(name), true, new EngineLoad(inFlight, kvTokens, 0), 0.5, cachedTokens);
  }

  private static Candidate half(String name, double fill) {
    return new Candidate(engine(name), true, new EngineLoad(1, 1_000, 0), fill, 0);
  }
}
