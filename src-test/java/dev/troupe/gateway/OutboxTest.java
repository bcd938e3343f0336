package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.gateway.Outbox.Batch;
import dev.troupe.program.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutboxTest {

  private static final long SECOND = 1_000_000_000;

  private final Outbox outbox = new Outbox(1000);

  @Test
  void tellsAllThatWaitsInOneMessageInItsOrder() {
    add(0, 3);

    assertThat(told(outbox.next(0).orElseThrow())).containsExactly("0", "1", "2");
    assertThat(outbox.isEmpty()).isTrue();
    assertThat(outbox.next(5 * SECOND)).isEmpty();
  }

  @Test
  void hasOneMessageOnItsWayAtATime() {
    add(0, 1);
    var first = outbox.next(0).orElseThrow();
    add(1, 3);

    assertThat(outbox.next(SECOND - 1)).isEmpty();
    outbox.heard(first.number());
    assertThat(told(outbox.next(SECOND - 1).orElseThrow())).containsExactly("1", "2");
  }

  @Test
  void goesOnWhenAMessageIsLost() {
    add(0, 1);
    var lost = outbox.next(0).orElseThrow();
    add(1, 2);
    var second = outbox.next(SECOND).orElseThrow();
    add(2, 3);

    // The confirmation of the first comes late, and is not that of the second.
    outbox.heard(lost.number());
    assertThat(outbox.next(SECOND + 1)).isEmpty();
    outbox.heard(second.number());
    assertThat(told(outbox.next(SECOND + 1).orElseThrow())).containsExactly("2");
  }

  @Test
  void dropsTheOldestBeyondItsBound() {
    assertThat(add(0, 1000)).isZero();
    assertThat(add(1000, 1010)).isEqualTo(10);

    assertThat(told(outbox.next(0).orElseThrow())).startsWith("10").endsWith("1009").hasSize(1000);
  }

  @Test
  void keepsEveryMessageWellBelowAFrame() {
    var name = "x".repeat(256);
    IntStream.range(0, 1000).forEach(_ -> outbox.add(new Note.OfFollowed(new Call.Id(name))));

    var sizes = new ArrayList<Integer>();
    for (long now = 0; !outbox.isEmpty(); now += SECOND) {
      sizes.add(outbox.next(now).orElseThrow().notes().followed().size());
    }
    // 3 x 256 + 5 bytes each: 169 fit into 128 KiB.
    assertThat(sizes).startsWith(169, 169).hasSize(6);
    assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(1000);
  }

  @Test
  void tellsFirstWhatWasBeforeHoweverMuchThatIs() {
    add(5000, 5002);
    outbox.recall(IntStream.range(0, 3000).mapToObj(OutboxTest::note).toList());
    add(5002, 5003);

    var told = new ArrayList<String>();
    for (long now = 0; !outbox.isEmpty(); now += SECOND) {
      told.addAll(told(outbox.next(now).orElseThrow()));
    }
    assertThat(told).startsWith("0", "1").endsWith("2999", "5000", "5001", "5002").hasSize(3003);
    assertThat(outbox.isFull()).isFalse();
  }

  private static Note note(int at) {
    return new Note.OfFollowed(new Call.Id(Integer.toString(at)));
  }

  private int add(int from, int to) {
    return IntStream.range(from, to).map(at -> outbox.add(note(at))).sum();
  }

  private static List<String> told(Batch batch) {
    return batch.notes().followed().stream().map(Call.Id::value).toList();
  }
}
