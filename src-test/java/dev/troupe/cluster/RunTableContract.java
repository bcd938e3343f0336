package dev.troupe.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.cluster.RunTable.ConflictException;
import dev.troupe.cluster.RunTable.Entry;
import dev.troupe.cluster.RunTable.Growth;
import dev.troupe.cluster.RunTable.Head;
import dev.troupe.cluster.RunTable.Key;
import dev.troupe.cluster.RunTable.Position;
import dev.troupe.cluster.RunTable.Selection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a [RunTable] keeps to over every database.
@Timeout(60)
abstract class RunTableContract {

  private static final Key KEY = new Key("Größe", "程序 😀 '; DROP TABLE run; --\\");

  private StorageSettings settings;
  private RunTable table;

  /// An empty database.
  abstract StorageSettings emptyDatabase() throws Exception;

  @BeforeEach
  final void open() throws Exception {
    settings = emptyDatabase();
    table = new RunTable(settings);
    table.open();
  }

  @AfterEach
  final void close() {
    table.close();
  }

  @Test
  void readsWhatWasAppendedInOrderAlsoAfterARestart() throws Exception {
    table.append(List.of(growth(KEY, 1, "one", "two")));
    table.append(List.of(growth(KEY, 3, "three"), growth(key("other"), 1, "else")));
    table.close();
    table = new RunTable(settings);
    table.open();

    assertThat(texts(KEY, 1, 100)).containsExactly("1 one", "2 two", "3 three");
    assertThat(texts(KEY, 2, 1)).containsExactly("2 two");
    assertThat(texts(KEY, 4, 100)).isEmpty();
    assertThat(texts(key("never"), 1, 100)).isEmpty();
  }

  @Test
  @Tag("DS-1")
  void schedulesLieBesideTheRuns() throws Exception {
    var schedules = new ScheduleTable(settings, table.connections());
    schedules.open();
    var content = new byte[ScheduleTable.MAX_BYTES];
    new Random(3).nextBytes(content);
    var row = new ScheduleTable.Row("Größe", "täglich", content, bytes("never"));

    assertThat(schedules.insert(row)).isTrue();
    assertThat(schedules.insert(row)).isFalse();
    schedules.update(new ScheduleTable.Row("Größe", "täglich", bytes("unread"), bytes("once")));
    assertThat(schedules.insert(new ScheduleTable.Row("other", "täglich", content, bytes("x"))))
        .isTrue();
    schedules.delete("other", "täglich");
    schedules.open();

    var there = schedules.all();
    assertThat(there).hasSize(1);
    assertThat(there.getFirst().id()).isEqualTo("täglich");
    assertThat(there.getFirst().content()).isEqualTo(content);
    assertThat(there.getFirst().past()).isEqualTo(bytes("once"));
  }

  @Test
  void keepsEntriesOfAnySizeWhole() throws Exception {
    var large = new byte[2_500_000];
    new Random(7).nextBytes(large);
    table.append(
        List.of(
            new Growth(
                head(KEY, "running", false, 1, 1),
                List.of(
                    new Entry(1, new byte[0]), new Entry(2, large), new Entry(3, bytes("x"))))));

    var read = table.read(KEY, 1, 2);

    assertThat(read).extracting(Entry::number).containsExactly(1L, 2L);
    assertThat(read.get(0).content()).isEmpty();
    assertThat(read.get(1).content()).isEqualTo(large);
  }

  @Test
  void readsLargeEntriesAFewAtATime() throws Exception {
    var large = new byte[3 << 20];
    var entries = IntStream.rangeClosed(1, 5).mapToObj(at -> new Entry(at, large)).toList();
    var growth = new Growth(head(KEY, "running", false, 1, 1), entries);
    table.append(List.of(growth));

    // The third of 3 MiB goes beyond 8 MiB, and is the last.
    assertThat(table.read(KEY, 1, 1_000)).extracting(Entry::number).containsExactly(1L, 2L, 3L);
    assertThat(table.read(KEY, 4, 1_000)).extracting(Entry::number).containsExactly(4L, 5L);
    assertThat(table.has(growth)).isTrue();
  }

  @Test
  void refusesAnEntryThatSomebodyElseHasWrittenAndNothingOfItsBatchIsKept() throws Exception {
    table.append(List.of(growth(KEY, 1, "mine")));

    assertThatThrownBy(
            () -> table.append(List.of(growth(key("other"), 1, "a"), growth(KEY, 1, "theirs"))))
        .isInstanceOf(ConflictException.class);

    assertThat(texts(KEY, 1, 100)).containsExactly("1 mine");
    assertThat(table.head(key("other"))).isEmpty();
    table.append(List.of(growth(KEY, 2, "goes on")));
  }

  @Test
  void listsATenantsRunsTheYoungestFirstPageByPage() throws Exception {
    for (int run = 1; run <= 5; run++) {
      var head = head(key("r" + run), run % 2 == 0 ? "failed" : "running", run % 2 == 0, run, 9);
      table.append(List.of(new Growth(head, List.of())));
    }
    table.append(
        List.of(new Growth(head(new Key("stranger", "r9"), "running", false, 9, 9), List.of())));

    var first = table.list("t", all(Optional.empty()), 2);
    var rest = table.list("t", all(Optional.of(new Position(4, "r4"))), 10);

    assertThat(runs(first)).containsExactly("r5", "r4");
    assertThat(runs(rest)).containsExactly("r3", "r2", "r1");
    assertThat(runs(table.list("t", selection(List.of("failed"), 0, 9), 10)))
        .containsExactly("r4", "r2");
    assertThat(runs(table.list("t", selection(List.of("failed", "running"), 2, 5), 10)))
        .containsExactly("r4", "r3", "r2");
  }

  @Test
  void knowsTheRunsThatAreNotOverOfAllTenants() throws Exception {
    table.append(
        List.of(
            growth(key("b"), 1),
            growth(key("a"), 1),
            growth(new Key("s", "z"), 1),
            new Growth(head(key("over"), "completed", true, 1, 1), List.of())));

    var first = table.open(Optional.empty(), 2);

    assertThat(first).containsExactly(new Key("s", "z"), key("a"));
    assertThat(table.open(Optional.of(first.getLast()), 10)).containsExactly(key("b"));
  }

  @Test
  void replacesTheHead() throws Exception {
    table.append(List.of(new Growth(head(KEY, "running", false, 1, 1), List.of())));
    table.append(List.of(new Growth(head(KEY, "completed", true, 1, 5), List.of())));

    var head = table.head(KEY).orElseThrow();
    assertThat(head.state()).isEqualTo("completed");
    assertThat(head.isOver()).isTrue();
    assertThat(head.updatedMillis()).isEqualTo(5);
    assertThat(head.details()).isEqualTo(bytes("details"));
  }

  @Test
  void remembersHowFarAWebhookWasTold() throws Exception {
    assertThat(table.deliveries().read(KEY)).isZero();

    table.deliveries().write(KEY, 3);
    table.deliveries().write(KEY, 7);
    table.deliveries().write(key("other"), Long.MAX_VALUE);

    assertThat(table.deliveries().read(KEY)).isEqualTo(7);
    assertThat(table.deliveries().read(key("other"))).isEqualTo(Long.MAX_VALUE);
    table.append(List.of(new Growth(head(KEY, "completed", true, 1, 5), List.of())));
    table.deleteOverBefore(6);
    assertThat(table.deliveries().read(KEY)).isZero();
  }

  @Test
  @Tag("RT-21")
  void deletesWhatHasBeenOverForLongWithItsHistory() throws Exception {
    var entries = List.of(new Entry(1, bytes("x")));
    table.append(
        IntStream.range(0, 600)
            .mapToObj(at -> new Growth(head(key("old-" + at), "failed", true, 1, 10), entries))
            .toList());
    table.append(
        List.of(
            new Growth(head(key("fresh"), "failed", true, 1, 20), entries),
            new Growth(head(key("open"), "running", false, 1, 10), entries)));

    assertThat(table.deleteOverBefore(20)).isEqualTo(600);

    assertThat(table.list("t", all(Optional.empty()), 1_000))
        .extracting(head -> head.key().run())
        .containsExactlyInAnyOrder("fresh", "open");
    assertThat(table.read(key("old-3"), 1, 10)).isEmpty();
    assertThat(table.read(key("open"), 1, 10)).hasSize(1);
  }

  private List<String> texts(Key key, long from, int most) throws Exception {
    return table.read(key, from, most).stream()
        .map(entry -> entry.number() + " " + new String(entry.content(), UTF_8))
        .toList();
  }

  private static Growth growth(Key key, long first, String... texts) {
    return new Growth(
        head(key, "running", false, 1, 1),
        IntStream.range(0, texts.length)
            .mapToObj(at -> new Entry(first + at, bytes(texts[at])))
            .toList());
  }

  private static Head head(
      Key key, String state, boolean isOver, long createdMillis, long updatedMillis) {
    return new Head(key, state, isOver, createdMillis, updatedMillis, bytes("details"));
  }

  private static Key key(String run) {
    return new Key("t", run);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static Selection all(Optional<Position> after) {
    return new Selection(List.of(), 0, Long.MAX_VALUE, after);
  }

  private static Selection selection(List<String> states, long fromMillis, long untilMillis) {
    return new Selection(states, fromMillis, untilMillis, Optional.empty());
  }

  private static List<String> runs(List<Head> heads) {
    return heads.stream().map(head -> head.key().run()).toList();
  }
}
