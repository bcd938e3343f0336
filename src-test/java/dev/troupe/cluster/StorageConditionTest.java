package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StorageConditionTest {

  @Test
  void isWorthAskingUntilAnAttemptHasFailed() {
    assertThat(StorageCondition.UNKNOWN.isFailing()).isFalse();
    assertThat(StorageCondition.UNKNOWN.isOpen()).isFalse();
    assertThat(StorageCondition.OPEN.isOpen()).isTrue();

    var failed = StorageCondition.OPEN.failed(new IllegalStateException("away"));

    assertThat(failed.isFailing()).isTrue();
    assertThat(failed.isOpen()).isFalse();
  }

  @Test
  void isWorthWaitingForThoughAQuestionAndTheBatchBesideItHaveFailed() {
    var cause = new IllegalStateException("broken off");
    var both = StorageCondition.OPEN.failed(cause).failed(cause);

    assertThat(both.isAway()).isFalse();
    assertThat(both.failed(cause).isAway()).isTrue();
  }

  @Test
  void countsFailuresAndTellsANewReasonFromTheSameAgain() {
    var first = StorageCondition.OPEN.failed(new IllegalStateException("away"));
    var again = first.failed(new IllegalStateException("away"));
    var other = again.failed(new IllegalStateException("wrong password"));

    assertThat(other.failures()).isEqualTo(3);
    assertThat(first.isNews(StorageCondition.OPEN)).isTrue();
    assertThat(again.isNews(first)).isFalse();
    assertThat(other.isNews(again)).isTrue();
    assertThat(other.latest()).contains("wrong password");
  }
}
