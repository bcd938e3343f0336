package dev.troupe.schedule;

import dev.troupe.program.Call;
import dev.troupe.program.Program;
import dev.troupe.schedule.WaitingProgram.Place;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
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
/// cost           = costs of the program's waiting calls × weight of their stage ÷ 2^priority
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
/// The weight is what [Endings] has learned: the cost counts more where programs of that stage are likely
/// to go on for long, and less where they are likely to end. Cost over the chance to end is the one-step
/// form of Gittins' index. Of a program that says how many calls are to come, and is believed
/// ([dev.troupe.program.RemainingCalls]), the weight is that number, in stages like the one that waits:
///
/// ```
/// weight = (1 + calls to come ÷ calls that wait) × share of all stages that no other followed
/// ```
///
/// What is learned is learned from all programs, whatever they say.
///
/// The priority is the program's own, [dev.troupe.program.ProgramPriority]: it moves a program within the bound
/// and not beyond it.
///
/// Overtaking is bounded: no cost counts more than the most, so a program is overtaken only by those
/// whose oldest call came within the max overtaking of its own. What costs little compared with the
/// most counts as it is. All age alike, so their order does not change with time, and a place in it is
/// `cost ÷ (1 + cost ÷ most) + aging × arrival`. It does change with the caches, and with what is
/// learned. A call that stands first is looked at again before it is given out, and with every question
/// so are [#LOOKED_AT] of the others in turn.
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
  private final Warmth warmth;
  private final Endings endings = new Endings();
  private final boolean learnsEndings;
  private final ProgramOrder programs;
  // Least recently looked at first.
  private final LinkedHashMap<Call.Id, CostedCall> calls = new LinkedHashMap<>();
  private final TreeSet<CostedCall> byArrival = new TreeSet<>();
  private long questions;

  LeastCostQueue(EnginePrices prices, CostWeights weights, Warmth warmth) {
    this.prices = prices;
    this.warmth = warmth;
    this.learnsEndings = weights.learnsEndings();
    this.programs = new ProgramOrder(weights, endings);
  }

  @Override
  public void add(Waiting waiting) {
    queue(waiting);
    if (learnsEndings) {
      endings.came(waiting.priority());
    }
  }

  @Override
  public void putBack(Next taken) {
    queue(taken.waiting());
    if (learnsEndings) {
      endings.cameBack(taken.waiting().priority());
    }
  }

  private void queue(Waiting waiting) {
    var id = waiting.call().id();
    if (calls.containsKey(id)) {
      throw new IllegalArgumentException("already waiting: " + id);
    }
    var program = programs.program(waiting.call().program());
    var call = new CostedCall(waiting, program, costNanos(waiting.call()));
    calls.put(id, call);
    byArrival.add(call);
    programs.add(call);
  }

  @Override
  public Iterator<Next> inOrder(long nowNanos) {
    questions++;
    lookAtSome();
    return new InOrder();
  }

  @Override
  public Optional<Waiting> remove(Call.Id id) {
    var call = Optional.ofNullable(calls.remove(id));
    call.ifPresent(gone -> {
      byArrival.remove(gone);
      programs.remove(gone);
    });
    return call.map(CostedCall::waiting);
  }

  @Override
  public boolean contains(Call.Id call) {
    return calls.containsKey(call);
  }

  @Override
  public int size() {
    return calls.size();
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
        : OptionalLong.of(byArrival.first().arrivalNanos());
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
    for (int looked = 0; looked < Math.min(LOOKED_AT, calls.size()); looked++) {
      var next = calls.pollFirstEntry();
      lookAt(next.getValue());
      calls.putLast(next.getKey(), next.getValue());
    }
  }

  private void lookAt(CostedCall call) {
    call.lookedAt(questions);
    programs.lookedAt(call, costNanos(call.waiting().call()));
  }

  /// Calls in order, one program after the other. A program whose oldest call turns out dearer than
  /// when it was looked at goes back to where it belongs and is met there; one that turns out cheaper
  /// is met where it stands.
  private final class InOrder implements Iterator<Next> {

    // Given out last, and whether it can be removed.
    private Optional<CostedCall> latest = Optional.empty();
    private boolean isRemovable;
    // Where its program stood when it was met.
    private Optional<Place> reached = Optional.empty();
    // Found, and not given out.
    private Optional<CostedCall> following = Optional.empty();

    @Override
    public boolean hasNext() {
      if (following.isEmpty()) {
        following = latest.flatMap(call -> call.program().after(call)).or(this::firstOfNextProgram);
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
      return new Next(latest.orElseThrow().waiting(), 0, false);
    }

    @Override
    public void remove() {
      if (!isRemovable) {
        throw new IllegalStateException();
      }
      var sent = latest.orElseThrow();
      LeastCostQueue.this.remove(sent.id());
      if (learnsEndings) {
        endings.sent(sent.waiting().priority());
      }
      isRemovable = false;
    }

    private Optional<CostedCall> firstOfNextProgram() {
      for (var place = nextPlace(); place.isPresent(); place = nextPlace()) {
        var program = place.get().program();
        var oldest = program.oldest();
        if (oldest.lookedAt() != questions) {
          lookAt(oldest);
        }
        if (program.place().orElseThrow().compareTo(place.get()) <= 0) {
          reached = place;
          return Optional.of(oldest);
        }
      }
      return Optional.empty();
    }

    private Optional<Place> nextPlace() {
      return reached.isPresent() ? programs.after(reached.get()) : programs.first();
    }
  }
}
