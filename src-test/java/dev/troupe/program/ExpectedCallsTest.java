package dev.troupe.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ExpectedCallsTest {

  private final ExpectedCalls expected = new ExpectedCalls();

  @Test
  void isUnknownWhereNobodySaysIt() {
    assertThat(call()).isEmpty();
    assertThat(expected.remaining()).isEmpty();
  }

  @Test
  void fallsWithEachCall() {
    expected.said(3, false);

    assertThat(call()).hasValue(2);
    assertThat(call()).hasValue(1);
    assertThat(call()).hasValue(0);
    assertThat(expected.remaining()).hasValue(0);
  }

  @Test
  void isWhatWasSaidLast() {
    assertThat(callSaying(4)).hasValue(4);
    assertThat(callSaying(9)).hasValue(9);
    assertThat(callSaying(1)).hasValue(1);
    assertThat(call()).hasValue(0);
  }

  /// Two were to come: two more are forgiven, with none to come after them.
  @Test
  void isBelievedForTwiceAsManyCalls() {
    expected.said(2, false);

    assertThat(call()).hasValue(1);
    assertThat(call()).hasValue(0);
    assertThat(call()).hasValue(0);
    assertThat(call()).hasValue(0);
    assertThat(call()).isEmpty();
    assertThat(expected.remaining()).isEmpty();
  }

  @Test
  void whoeverSaysWithEachCallThatItIsTheLastIsBelievedTwice() {
    assertThat(callSaying(0)).hasValue(0);
    assertThat(callSaying(0)).hasValue(0);
    assertThat(callSaying(0)).isEmpty();
    assertThat(callSaying(0)).isEmpty();
  }

  /// Whatever is said then.
  @Test
  void noWordIsBelievedAfterOneThatWasBroken() {
    callSaying(0);
    callSaying(0);
    callSaying(0);

    assertThat(callSaying(100)).isEmpty();
  }

  /// Half of what comes, each time: never more than twice as many.
  @Test
  void aGuessThatIsWrongByTheSlackIsBelievedToTheEnd() {
    for (int remaining = 99; remaining >= 0; remaining--) {
      assertThat(callSaying((remaining + 1) / ExpectedCalls.SLACK)).isPresent();
    }
  }

  @Test
  void aGuessThatIsTooHighIsBelieved() {
    for (int remaining = 99; remaining >= 0; remaining--) {
      assertThat(callSaying(3 * remaining)).hasValue(3 * remaining);
    }
  }

  /// Ten side by side each say that one is to come when all have ended. It comes, and says that it is the last.
  @Test
  void callsSideBySideBreakNoWord() {
    assertThat(callSaying(1)).hasValue(1);
    for (int sibling = 1; sibling < 10; sibling++) {
      assertThat(siblingSaying(1)).hasValue(1);
    }

    assertThat(callSaying(0)).hasValue(0);
  }

  @Test
  void aCallThatLeavesUnservedHadNotBegun() {
    expected.said(2, false);
    for (int refused = 0; refused < 9; refused++) {
      assertThat(expected.afterNext(refused > 0)).hasValue(1);
      expected.began(refused > 0);
      expected.withdrawn();
    }

    assertThat(expected.remaining()).hasValue(2);
  }

  @Test
  void anEarlierLifeCountsWhereThisOneHasBeenToldNothing() {
    expected.restore(5);
    assertThat(call()).hasValue(4);

    expected.restore(9);
    assertThat(call()).hasValue(3);
  }

  /// Storage was silent when this life began.
  @Test
  void whatBeganBeforeAnEarlierLifeIsHeardOfComesOff() {
    call();
    call();

    expected.restore(5);

    assertThat(call()).hasValue(2);
  }

  @Test
  void thatNoneComeAfterTheOpenOnesBreaksNoWord() {
    expected.said(2, false);
    call();

    expected.said(0, true);

    assertThat(expected.remaining()).hasValue(0);
  }

  @Test
  void anEndEndsWhatWasSaid() {
    expected.said(100, false);
    call();

    expected.over();

    assertThat(expected.remaining()).isEmpty();
    assertThat(call()).isEmpty();
    assertThat(callSaying(3)).hasValue(3);
  }

  @Test
  void whoeverEndsWithEachCallIsBelievedTwice() {
    for (int call = 1; call <= 2; call++) {
      assertThat(callSaying(0)).hasValue(0);
      expected.over();
    }
    assertThat(callSaying(0)).isEmpty();
  }

  @Test
  void isNeverMoreThanANumberOfRemainingCalls() {
    expected.said(1L + RemainingCalls.MOST, false);
    assertThat(expected.remaining()).hasValue(RemainingCalls.MOST);
    assertThat(call()).hasValue(RemainingCalls.MOST);
  }

  /// Of a new stage.
  private OptionalInt call() {
    var after = expected.afterNext(false);
    expected.began(false);
    return after;
  }

  private OptionalInt callSaying(int after) {
    expected.said(1L + after, false);
    return call();
  }

  private OptionalInt siblingSaying(int after) {
    expected.said(1L + after, true);
    var remaining = expected.afterNext(true);
    expected.began(true);
    return remaining;
  }
}
