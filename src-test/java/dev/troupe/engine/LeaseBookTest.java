package dev.troupe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.engine.EngineEndpoint.Dialect;
import dev.troupe.engine.EngineEndpoint.PriorityOrder;
import dev.troupe.engine.LeaseBook.Held;
import dev.troupe.engine.WindowSettings.Kind;
import dev.troupe.program.Call;
import dev.troupe.program.ModelPool;
import dev.troupe.program.PrefixChain;
import dev.troupe.program.Program;
import dev.troupe.program.Tenant;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Calls hold 100 KV tokens each unless a test says otherwise; leases hold for 30 ns.
class LeaseBookTest {

  private static final EngineEndpoint ENGINE =
      new EngineEndpoint(
          new EngineId("gpu-1"),
          Dialect.VLLM,
          URI.create("http://gpu-1:8000"),
          Optional.empty(),
          PriorityOrder.NONE);
  private static final Lease.Why WHY = new Lease.Why("least-loaded", 0);
  private static final ModelPool LLAMA = new ModelPool("llama");
  private static final ModelPool QWEN = new ModelPool("qwen");

  @Test
  void offersWhatItHasOnce() {
    var book = book(3, OptionalLong.of(1000));

    assertThat(book.offer(LLAMA)).isEqualTo(new Credit(3, 1000));
    assertThat(book.offer(LLAMA)).isEqualTo(Credit.NONE);
  }

  @Test
  void keepsRoomForCallsWhoseLeasesItDoesNotKnowYet() {
    var book = book(3, OptionalLong.of(1000));
    book.unclaimed(2);

    assertThat(book.offer(LLAMA).slots()).isEqualTo(1);
    assertThat(grant(book, "c1")).isPresent();
    assertThat(grant(book, "c2")).isEmpty();
    book.adopt(
        new Lease(new Lease.Id("earlier"), new Call.Id("c3"), ENGINE, 0, false, WHY),
        call("c3", LLAMA, 100),
        "holder",
        0);
    assertThat(grant(book, "c4")).isEmpty();
    book.unclaimed(0);
    assertThat(grant(book, "c5")).isPresent();
  }

  @Test
  void offersASlotAgainWhenItsLeaseEnds() {
    var book = book(2, OptionalLong.of(1000));
    book.offer(LLAMA);
    var lease = grant(book, "c1").orElseThrow();
    assertThat(book.offer(LLAMA)).isEqualTo(Credit.NONE);

    assertThat(book.end(lease.id()).orElseThrow().call().id()).isEqualTo(new Call.Id("c1"));
    assertThat(book.end(lease.id())).isEmpty();

    assertThat(book.offer(LLAMA)).isEqualTo(new Credit(1, 100));
  }

  @Test
  void offersKvTokensWithoutLimitWhereTheEngineDoesNotSayWhatItHas() {
    var book = book(2, OptionalLong.empty());

    assertThat(book.offer(LLAMA)).isEqualTo(new Credit(2, Credit.UNLIMITED));
    var lease = grant(book, "c1").orElseThrow();
    book.end(lease.id());

    assertThat(book.offer(LLAMA)).isEqualTo(new Credit(1, 0));
    assertThat(book.offered(LLAMA)).isEqualTo(new Credit(2, Credit.UNLIMITED));
  }

  @Test
  void saysInALeaseWhatWasDecided() {
    var book = book(2, OptionalLong.empty());

    var lease = book.grant(call("c1", LLAMA, 100), "holder", 3, true, WHY, 0).orElseThrow();

    assertThat(lease)
        .isEqualTo(new Lease(new Lease.Id("gpu-1/1/1"), new Call.Id("c1"), ENGINE, 3, true, WHY));
  }

  @Test
  void refusesACallBeyondItsSlots() {
    var book = book(1, OptionalLong.empty());
    book.offer(LLAMA);
    grant(book, "c1");

    assertThat(grant(book, "c2")).isEmpty();
    assertThat(book.inFlight()).isOne();
  }

  @Test
  void grantsWhatIsLeftOfItsKvTokensToOneCallHoweverLargeAndThenNothing() {
    var book = book(4, OptionalLong.of(150));
    book.offer(LLAMA);

    assertThat(grant(book, "c1")).isPresent();
    var large = book.grant(call("large", LLAMA, 500), "holder", 0, false, WHY, 0);
    assertThat(large).isPresent();
    assertThat(grant(book, "c2")).isEmpty();
    assertThat(book.load(7, false)).isEqualTo(new EngineLoad(2, 600, 7));

    book.end(large.orElseThrow().id());
    assertThat(grant(book, "c2")).isPresent();
    assertThat(book.kvTokensInFlight()).isEqualTo(200);
  }

  /// A window of 1000 KV tokens has two calls of 100 and then one of 2000. What is in flight is evidence
  /// against the window: it was within it when the latest was granted.
  @Test
  void tellsTheWindowWhatWasInFlightBeforeTheLatestCall() {
    var window =
        new WindowSettings(Kind.ADAPTIVE, 10, 20, 0.5, 0, 0.9, 2.0, 2.0, true)
            .newWindow(OptionalInt.empty(), OptionalLong.of(1000));
    var book = new LeaseBook<String>(ENGINE, "1", window, 30);
    book.offer(LLAMA);
    grant(book, "c1");
    grant(book, "c2");
    book.grant(call("large", LLAMA, 2000), "holder", 0, false, WHY, 0);

    book.observed(kvCacheUse(0.95));

    assertThat(window.kvTokens()).isEqualTo(500);
  }

  @Test
  void letsEachPoolOfAnEngineCountOnTheSameRoomAndRefusesTheSurplus() {
    var book = book(1, OptionalLong.empty());
    assertThat(book.offer(LLAMA).slots()).isOne();
    assertThat(book.offer(QWEN).slots()).isOne();

    var lease = grant(book, "c1", LLAMA).orElseThrow();
    assertThat(grant(book, "c2", QWEN)).isEmpty();

    // Both offers are used up; when the lease ends, both pools hear of the room again.
    book.end(lease.id());
    assertThat(book.offer(LLAMA).slots()).isOne();
    assertThat(book.offer(QWEN).slots()).isOne();
  }

  @Test
  void expiresALeaseThatIsNotRenewed() {
    var book = book(2, OptionalLong.empty());
    var silent = grant(book, "silent").orElseThrow();
    var alive = grant(book, "alive").orElseThrow();

    assertThat(book.heardNanos(alive.id())).hasValue(0);
    assertThat(book.renew(alive.id(), 20)).isTrue();
    assertThat(book.heardNanos(alive.id())).hasValue(20);
    assertThat(book.expire(29)).isEmpty();
    assertThat(book.expire(30)).extracting(Held::lease).containsExactly(silent);
    assertThat(book.renew(silent.id(), 31)).isFalse();
    assertThat(book.inFlight()).isOne();
    assertThat(book.expire(50)).extracting(Held::lease).containsExactly(alive);
    assertThat(book.kvTokensInFlight()).isZero();
  }

  @Test
  void findsTheLeasesOfAHolder() {
    var book = book(3, OptionalLong.empty());
    book.grant(call("c1", LLAMA, 100), "node-a", 0, false, WHY, 0);
    book.grant(call("c2", LLAMA, 100), "node-b", 0, false, WHY, 0);
    book.grant(call("c3", LLAMA, 100), "node-a", 0, false, WHY, 0);

    assertThat(book.heldBy("node-a"::equals))
        .extracting(held -> held.call().id().value())
        .containsExactly("c1", "c3");
  }

  @Test
  void grantsAndOffersNothingWhileItIsCappedAtNothing() {
    var book = book(2, OptionalLong.of(1000));
    book.offer(LLAMA);
    var running = grant(book, "running").orElseThrow();

    book.cap(0);

    assertThat(book.overOffered()).containsExactly(LLAMA);
    book.retract(LLAMA);
    assertThat(book.overOffered()).isEmpty();
    assertThat(book.offer(LLAMA)).isEqualTo(Credit.NONE);
    assertThat(grant(book, "late")).isEmpty();
    assertThat(book.renew(running.id(), 1)).isTrue();

    book.cap(Integer.MAX_VALUE);
    assertThat(book.offer(LLAMA)).isEqualTo(new Credit(1, 900));
  }

  @Test
  void takesBackWhatItOfferedBeforeTheWindowShrank() {
    var window =
        new WindowSettings(Kind.ADAPTIVE, 10, 20, 0.5, 0, 0.9, 2.0, 2.0, true)
            .newWindow(OptionalInt.empty(), OptionalLong.empty());
    var book = new LeaseBook<String>(ENGINE, "1", window, 30);
    book.offer(LLAMA);
    for (int call = 0; call < 4; call++) {
      grant(book, "c" + call);
    }
    assertThat(book.overOffered()).isEmpty();

    // 10 slots become 5: 4 are in flight, 6 are offered, 1 may stay.
    book.observed(waiting(3));

    assertThat(book.window()).isEqualTo(5);
    assertThat(book.overOffered()).containsExactly(LLAMA);
    book.retract(LLAMA);
    assertThat(book.offer(LLAMA).slots()).isOne();
    assertThat(book.overOffered()).isEmpty();
  }

  @Test
  void keepsKvTokensBackUntilThereIsASlotForThem() {
    var book = book(2, OptionalLong.of(1000));
    book.offer(LLAMA);
    grant(book, "c1");

    book.cap(1);
    book.retract(LLAMA);
    assertThat(book.offer(LLAMA)).isEqualTo(Credit.NONE);

    book.cap(Integer.MAX_VALUE);
    assertThat(book.offer(LLAMA)).isEqualTo(new Credit(1, 900));
  }

  @Test
  void countsALeaseOfAnEarlierBookOnce() {
    var book = book(1, OptionalLong.of(1000));
    book.offer(LLAMA);
    var granted = grant(book, "c1").orElseThrow();
    var earlier = new Lease(new Lease.Id("gpu-1/0/7"), new Call.Id("c7"), ENGINE, 0, false, WHY);

    book.adopt(earlier, call("c7", LLAMA, 100), "holder", 5);
    book.adopt(earlier, call("c7", LLAMA, 100), "holder", 9);

    assertThat(book.inFlight()).isEqualTo(2);
    assertThat(book.kvTokensInFlight()).isEqualTo(200);
    // One over the window: the first that ends frees no slot.
    book.end(granted.id());
    assertThat(book.offer(LLAMA)).isEqualTo(Credit.NONE);
    book.end(earlier.id());
    assertThat(book.offer(LLAMA).slots()).isOne();
  }

  @Test
  void offersEverythingAnewToASchedulerThatHasForgotten() {
    var book = book(3, OptionalLong.empty());
    book.offer(LLAMA);
    grant(book, "c1");

    book.retract(LLAMA);

    assertThat(book.offer(LLAMA).slots()).isEqualTo(2);
  }

  private static LeaseBook<String> book(int slots, OptionalLong kvTokens) {
    var window =
        new WindowSettings(Kind.FIXED, 1, 100, 0.5, 1, 0.9, 1.0, 2.0, true)
            .newWindow(OptionalInt.of(slots), kvTokens);
    return new LeaseBook<>(ENGINE, "1", window, 30);
  }

  private static Optional<Lease> grant(LeaseBook<String> book, String call) {
    return grant(book, call, LLAMA);
  }

  private static Optional<Lease> grant(LeaseBook<String> book, String call, ModelPool pool) {
    return book.grant(call(call, pool, 100), "holder", 0, false, WHY, 0);
  }

  private static Call call(String id, ModelPool pool, int kvTokens) {
    return new Call(
        new Call.Id(id),
        new Program.Id(Tenant.ANYONE, "p1"),
        pool,
        kvTokens - 10,
        10,
        PrefixChain.EMPTY,
        List.of());
  }

  private static EngineStatus kvCacheUse(double use) {
    return new EngineStatus(
        Set.of(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.of(0),
        OptionalLong.empty(),
        OptionalDouble.of(use));
  }

  private static EngineStatus waiting(int calls) {
    return new EngineStatus(
        Set.of(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.of(calls),
        OptionalLong.empty(),
        OptionalDouble.empty());
  }
}
