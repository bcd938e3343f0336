package dev.troupe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.engine.EngineEndpoint.Dialect;
import dev.troupe.engine.EngineEndpoint.PriorityOrder;
import dev.troupe.engine.WindowSettings.Kind;
import dev.troupe.program.Call;
import dev.troupe.program.ModelPool;
import dev.troupe.program.PrefixChain;
import dev.troupe.program.Program;
import dev.troupe.program.Tenant;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random histories of one engine with an adaptive window, 4 x 25,000 steps: a scheduler that spends
/// what it was offered, and at times more; calls that end, expire, are declined; an engine that is
/// overloaded, silent and gone. Checked after every step.
class LeaseBookHistoryTest {

  private static final int STEPS = 25_000;
  private static final int LEASE_NANOS = 500;
  private static final ModelPool POOL = new ModelPool("llama");
  private static final EngineEndpoint ENGINE =
      new EngineEndpoint(
          new EngineId("gpu-1"),
          Dialect.VLLM,
          URI.create("http://gpu-1:8000"),
          Optional.empty(),
          PriorityOrder.NONE);

  private final EngineWindow window =
      new WindowSettings(Kind.ADAPTIVE, 8, 32, 0.5, 1, 0.9, 2.0, 2.0, true)
          .newWindow(OptionalInt.empty(), OptionalLong.empty());
  private final LeaseBook<String> book = new LeaseBook<>(ENGINE, "1", window, LEASE_NANOS);

  // What the scheduler believes, and what the leases out should be.
  private Credit credit = Credit.NONE;
  private final Map<Lease.Id, Long> deadlines = new HashMap<>();
  private final Map<Lease.Id, Long> kvTokens = new HashMap<>();
  private final Set<Lease.Id> everGranted = new HashSet<>();
  private long granted;
  private long over;
  private long nowNanos;

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void creditIsConservedAndNoLeaseOutlivesItsEnd(long seed) {
    var random = new Random(seed);
    for (int step = 0; step < STEPS; step++) {
      nowNanos += random.nextInt(20);
      step(random);
      assertConsistent();
    }
    book.cap(0);
    retractWhatIsOver();
    for (var lease : List.copyOf(deadlines.keySet())) {
      assertThat(book.release(lease)).isPresent();
      forget(lease);
    }
    assertConsistent();
    assertThat(granted).isEqualTo(over).isGreaterThan(STEPS / 20);
    assertThat(book.kvTokensInFlight()).isZero();
  }

  private void step(Random random) {
    switch (random.nextInt(16)) {
      case 0, 1, 2, 3, 4 -> start(random);
      case 5, 6, 7 -> any(random).ifPresent(this::end);
      case 8 -> any(random).ifPresent(this::decline);
      case 9, 10 -> any(random).ifPresent(this::renew);
      case 11 -> expire();
      case 12 -> observe(random);
      case 13 -> cap(random);
      case 14 -> schedulerForgets(random);
      default -> offer();
    }
  }

  private void start(Random random) {
    int kv = 1 + random.nextInt(300);
    boolean stray = random.nextInt(50) == 0;
    if (!stray && !credit.hasRoom()) {
      return;
    }
    var call =
        new Call(
            new Call.Id("c" + random.nextInt(1_000_000)),
            new Program.Id(Tenant.ANYONE, "p1"),
            POOL,
            kv,
            0,
            PrefixChain.EMPTY,
            List.of());
    int window = book.window();
    var lease = book.grant(call, "holder", 0, false, new Lease.Why("any", 0), nowNanos);
    // Whoever sent a stray call does not know what it used up.
    credit = stray ? book.offered(POOL) : credit.minus(kv);
    if (lease.isEmpty()) {
      assertThat(stray || book.inFlight() >= window || isShrunk()).isTrue();
      return;
    }
    granted++;
    assertThat(everGranted.add(lease.get().id())).isTrue();
    deadlines.put(lease.get().id(), nowNanos + LEASE_NANOS);
    kvTokens.put(lease.get().id(), (long) kv);
  }

  private void end(Lease.Id lease) {
    assertThat(book.end(lease)).isPresent();
    forget(lease);
    assertThat(book.end(lease)).isEmpty();
    offer();
  }

  private void decline(Lease.Id lease) {
    assertThat(book.release(lease)).isPresent();
    forget(lease);
    assertThat(book.release(lease)).isEmpty();
    offer();
  }

  private void renew(Lease.Id lease) {
    assertThat(book.renew(lease, nowNanos)).isTrue();
    deadlines.put(lease, nowNanos + LEASE_NANOS);
  }

  private void expire() {
    var overdue = new ArrayList<Lease.Id>();
    deadlines.forEach((lease, deadline) -> {
      if (deadline <= nowNanos) {
        overdue.add(lease);
      }
    });
    assertThat(book.expire(nowNanos))
        .extracting(held -> held.lease().id())
        .containsExactlyInAnyOrderElementsOf(overdue);
    overdue.forEach(this::forget);
    offer();
  }

  private void observe(Random random) {
    book.observed(
        new EngineStatus(
            Set.of(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.of(random.nextInt(4) == 0 ? 5 : 0),
            OptionalLong.of(2000),
            OptionalDouble.of(random.nextInt(6) == 0 ? 0.97 : 0.5)));
    retractWhatIsOver();
  }

  private void cap(Random random) {
    book.cap(random.nextInt(4) == 0 ? random.nextInt(2) : Integer.MAX_VALUE);
    retractWhatIsOver();
  }

  private void retractWhatIsOver() {
    for (var pool : book.overOffered()) {
      assertThat(pool).isEqualTo(POOL);
      book.retract(POOL);
      credit = Credit.NONE;
      offer();
    }
    assertThat(book.overOffered()).isEmpty();
  }

  private void schedulerForgets(Random random) {
    if (random.nextInt(20) == 0) {
      credit = Credit.NONE;
      book.retract(POOL);
      offer();
    }
  }

  private void offer() {
    credit = credit.plus(book.offer(POOL));
  }

  private void forget(Lease.Id lease) {
    over++;
    deadlines.remove(lease);
    kvTokens.remove(lease);
  }

  private Optional<Lease.Id> any(Random random) {
    return deadlines.keySet().stream()
        .skip(random.nextInt(Math.max(1, deadlines.size())))
        .findFirst();
  }

  private boolean isShrunk() {
    return book.kvTokensInFlight() + credit.kvTokens() > window.kvTokens();
  }

  private void assertConsistent() {
    assertThat(book.heldBy(_ -> true))
        .extracting(held -> held.lease().id())
        .containsExactlyInAnyOrderElementsOf(deadlines.keySet());
    assertThat(book.inFlight()).isEqualTo(deadlines.size());
    assertThat(book.kvTokensInFlight())
        .isEqualTo(kvTokens.values().stream().mapToLong(Long::longValue).sum());
    assertThat(granted - over).isEqualTo(book.inFlight());
    // The scheduler believes what the book has on record for it.
    assertThat(credit).isEqualTo(book.offered(POOL));
    // Once what is over has been taken back, nothing is promised that is not there.
    assertThat(credit.slots()).isLessThanOrEqualTo(Math.max(0, book.window() - book.inFlight()));
    if (window.kvTokens() < Credit.UNLIMITED) {
      assertThat(credit.kvTokens())
          .isLessThanOrEqualTo(Math.max(0, window.kvTokens() - book.kvTokensInFlight()));
    }
  }
}
