package dev.troupe.actor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecordingBacklogTest {

  private final RecordingBacklog backlog = new RecordingBacklog(2);

  @Test
  void dropsAndCountsWhatItHasNoRoomFor() {
    assertThat(backlog.join()).isTrue();
    assertThat(backlog.join()).isTrue();

    assertThat(backlog.join()).isFalse();
    assertThat(backlog.join()).isFalse();
    assertThat(backlog.takeDropped()).isEqualTo(2);
  }

  @Test
  void hasRoomForAsManyAsLeave() {
    backlog.join();
    backlog.join();
    backlog.join();

    backlog.leave();

    assertThat(backlog.join()).isTrue();
    assertThat(backlog.join()).isFalse();
  }

  @Test
  void tellsOfEachDroppedCallOnce() {
    backlog.join();
    backlog.join();
    backlog.join();

    assertThat(backlog.takeDropped()).isEqualTo(1);
    assertThat(backlog.takeDropped()).isZero();
  }
}
