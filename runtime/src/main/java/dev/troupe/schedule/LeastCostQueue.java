package dev.troupe.schedule;

import dev.troupe.program.Call;
import dev.troupe.program.Program;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/// Waiting calls in the order of what their programs still cost the engines, less what they have
/// waited.
///
/// ```
/// cost of a call = prefill time of the uncached prompt tokens
///                + output tokens × (a share of the decode time + prompt tokens × KV read time)
/// cost           = costs of the program's waiting calls
///                + attained weight × service of the program so far
/// place          = cost ÷ (1 + cost ÷ most)
///                − aging × time that the oldest of them has waited
/// most           = aging × max overtaking
/// ```
///
/// Uncached are the tokens beyond what the warmest engine holds. So a program whose KV cache is there
/// goes before one whose cache is gone and would push others out: few programs' caches are in use at
/// a time, and they stay. Among cold calls short prompts go first, as shortest job first does. Calls
/// that a program issues side by side have one place, and it moves up with each that is served: a
/// fan-out that was begun is ended.
///
/// Overtaking is bounded: no cost counts more than the most, so a program is overtaken only by those
/// whose oldest call came within the max overtaking of its own. What costs little compared with the
/// most counts as it is. All age alike, so their order does not change with time, and a place in it is
/// `cost ÷ (1 + cost ÷ most) + aging × arrival`. It does change with the caches. A call that
/// stands first is looked at again before it is given out, and with every question so are
/// [#LOOKED_AT] of the others in turn.
///
/// Shortest job first with known lengths: Schrage, [The queue M/G/1 with the shortest remaining
/// processing time discipline](https://doi.org/10.1287/opre.16.3.687); waiting set against length:
/// Kleinrock, [Queueing Systems, vol. 2](https://dl.acm.org/doi/10.5555/1098664), section 3.6.
///
/// Methods are O(log waiting + length of the prefix chain), and so is each step in order but where
/// caches were lost: each call met there that has become dearer is looked at once.
final class LeastCostQueue implements CallQueue {

  /// Calls that are looked at again, with each question for the order.
  private static final int LOOKED_AT = 4;

  private final EnginePrices prices;
  private final CostWeights weights;
  private final Warmth warmth;
  // Least recently looked at first.
  private final LinkedHashMap<Call.Id, Entry> entries = new LinkedHashMap<>();
  private final Map<Program.Id, Siblings> programs = new HashMap<>();
  private final TreeSet<Place> places = new TreeSet<>();
  private final TreeSet<Entry> byArrival = new TreeSet<>();
  private long questions;

  /// Where a program stands.
  private record Place(double nanos, long arrivalNanos, Call.Id oldest, Siblings program)
      implements Comparable<Place> {

    @Override
    public int compareTo(Place other) {
      int byPlace = Double.compare(nanos, other.nanos);
      int order = byPlace != 0 ? byPlace : Long.compare(arrivalNanos, other.arrivalNanos);
      return order != 0 ? order : oldest.value().compareTo(other.oldest.value());
    }
  }

  private static final class Entry implements Comparable<Entry> {

    private final Waiting waiting;
    private final Siblings siblings;
    private double costNanos;
    // The question in which it was looked at last.
    private long lookedAt;

    Entry(Waiting waiting, Siblings siblings, double costNanos) {
      this.waiting = waiting;
      this.siblings = siblings;
      this.costNanos = costNanos;
    }

    Call.Id id() {
      return waiting.call().id();
    }

    @Override
    public int compareTo(Entry other) {
      int byArrival = Long.compare(waiting.arrivalNanos(), other.waiting.arrivalNanos());
      return byArrival != 0 ? byArrival : id().value().compareTo(other.id().value());
    }
  }

  /// The waiting calls of one program, at least one. Their place is in the set of all whenever a
  /// method of the queue returns.
  private final class Siblings {

    private final Program.Id program;
    private final TreeSet<Entry> calls = new TreeSet<>();
    private double costNanos;
    private Optional<Place> place = Optional.empty();

    Siblings(Program.Id program) {
      this.program = program;
    }

    void add(Entry entry) {
      calls.add(entry);
      costNanos += entry.costNanos;
      stand();
    }

    void remove(Entry entry) {
      calls.remove(entry);
      costNanos -= entry.costNanos;
      if (calls.isEmpty()) {
        place.ifPresent(places::remove);
        programs.remove(program);
      } else {
        stand();
      }
    }

    void changed(Entry entry, double nowCostsNanos) {
      costNanos += nowCostsNanos - entry.costNanos;
      entry.costNanos = nowCostsNanos;
      stand();
    }

    private void stand() {
      var oldest = calls.first();
      var now =
          new Place(
              weights.owedNanos(costNanos, oldest.waiting.priority().attainedNanos())
                  + weights.aging() * oldest.waiting.arrivalNanos(),
              oldest.waiting.arrivalNanos(),
              oldest.id(),
              this);
      if (place.isEmpty() || !place.get().equals(now)) {
        place.ifPresent(places::remove);
        places.add(now);
        place = Optional.of(now);
      }
    }
  }

  LeastCostQueue(EnginePrices prices, CostWeights weights, Warmth warmth) {
    this.prices = prices;
    this.weights = weights;
    this.warmth = warmth;
  }

  @Override
  public void add(Waiting waiting) {
    var call = waiting.call();
    if (entries.containsKey(call.id())) {
      throw new IllegalArgumentException("already waiting: " + call.id());
    }
    var siblings = programs.computeIfAbsent(call.program(), Siblings::new);
    var entry = new Entry(waiting, siblings, costNanos(call));
    entries.put(call.id(), entry);
    byArrival.add(entry);
    siblings.add(entry);
  }

  @Override
  public void putBack(Next taken) {
    add(taken.waiting());
  }

  @Override
  public Iterator<Next> inOrder(long nowNanos) {
    questions++;
    lookAtSome();
    return new InOrder();
  }

  @Override
  public Optional<Waiting> remove(Call.Id call) {
    var entry = Optional.ofNullable(entries.remove(call));
    entry.ifPresent(gone -> {
      byArrival.remove(gone);
      gone.siblings.remove(gone);
    });
    return entry.map(gone -> gone.waiting);
  }

  @Override
  public boolean contains(Call.Id call) {
    return entries.containsKey(call);
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public List<Integer> sizes() {
    return List.of(size());
  }

  /// All that wait: how many are cheaper would take O(waiting) to count.
  @Override
  public int ahead(Waiting waiting) {
    return size();
  }

  @Override
  public OptionalLong oldestArrivalNanos() {
    return byArrival.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(byArrival.first().waiting.arrivalNanos());
  }

  /// Nobody is promoted: waiting counts at any time.
  @Override
  public boolean isPromoted(Program.Id program, long nowNanos) {
    return false;
  }

  private double costNanos(Call call) {
    int cached = warmth.mostCachedTokens(call);
    return prices.callNanos(call.promptTokens(), cached, call.outputTokens());
  }

  private void lookAtSome() {
    for (int looked = 0; looked < Math.min(LOOKED_AT, entries.size()); looked++) {
      var next = entries.pollFirstEntry();
      lookAt(next.getValue());
      entries.putLast(next.getKey(), next.getValue());
    }
  }

  private void lookAt(Entry entry) {
    double cost = costNanos(entry.waiting.call());
    entry.lookedAt = questions;
    if (cost != entry.costNanos) {
      entry.siblings.changed(entry, cost);
    }
  }

  /// Calls in order, one program after the other. A program whose oldest call turns out dearer than
  /// when it was looked at goes back to where it belongs and is met there; one that turns out cheaper
  /// is met where it stands.
  private final class InOrder implements Iterator<Next> {

    // Given out last, and whether it can be removed.
    private Optional<Entry> latest = Optional.empty();
    private boolean isRemovable;
    // Where its program stood when it was met.
    private Optional<Place> reached = Optional.empty();
    // Found, and not given out.
    private Optional<Entry> following = Optional.empty();

    @Override
    public boolean hasNext() {
      if (following.isEmpty()) {
        following = sibling().or(this::firstOfNextProgram);
      }
      return following.isPresent();
    }

    @Override
    public Next next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      latest = following;
      following = Optional.empty();
      isRemovable = true;
      return new Next(latest.orElseThrow().waiting, 0, false);
    }

    @Override
    public void remove() {
      if (!isRemovable) {
        throw new IllegalStateException();
      }
      LeastCostQueue.this.remove(latest.orElseThrow().id());
      isRemovable = false;
    }

    private Optional<Entry> sibling() {
      return latest.map(entry -> entry.siblings.calls.higher(entry));
    }

    private Optional<Entry> firstOfNextProgram() {
      for (var place = nextPlace(); place.isPresent(); place = nextPlace()) {
        var siblings = place.get().program();
        var oldest = siblings.calls.first();
        if (oldest.lookedAt != questions) {
          lookAt(oldest);
        }
        if (siblings.place.orElseThrow().compareTo(place.get()) <= 0) {
          reached = place;
          return Optional.of(oldest);
        }
      }
      return Optional.empty();
    }

    private Optional<Place> nextPlace() {
      return Optional.ofNullable(
          reached.isPresent()
              ? places.higher(reached.get())
              : places.isEmpty() ? null : places.first());
    }
  }
}
