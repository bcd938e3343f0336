package dev.troupe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CreditTest {

  @Test
  void spendsOneSlotAndTheKvTokensOfACall() {
    assertThat(new Credit(2, 500).minus(300)).isEqualTo(new Credit(1, 200));
    assertThat(new Credit(0, 100).minus(300)).isEqualTo(new Credit(0, -200));
  }

  @Test
  void staysUnlimitedHoweverMuchIsAddedAndSpent() {
    var credit = new Credit(1, Credit.UNLIMITED);
    for (int offer = 0; offer < 10; offer++) {
      credit = credit.plus(new Credit(1, Credit.UNLIMITED)).minus(1_000_000);
    }

    assertThat(credit).isEqualTo(new Credit(1, Credit.UNLIMITED));
  }

  @Test
  void hasRoomWhileASlotAndAnyTokensAreLeft() {
    assertThat(new Credit(1, 1).hasRoom()).isTrue();
    assertThat(new Credit(1, 0).hasRoom()).isFalse();
    assertThat(new Credit(0, 100).hasRoom()).isFalse();
  }
}
