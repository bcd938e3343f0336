package dev.troupe.simulation.physics;

import dev.troupe.simulation.workload.BlockRuns;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;

/// One engine in virtual time: continuous batching in steps, paged KV memory, prefix cache.
///
/// A step makes one token of each call that decodes; what is left of its token budget goes to
/// prompts, in the order of admission, in chunks. A call is admitted when there is memory for its
/// whole prompt, beyond what the cache holds of it. When those that decode find no memory, the call
/// that was admitted last is put back to the front of the queue and computed again later. At the end
/// of a call its blocks stay in the cache until their memory is needed.
///
/// While nothing is prefilled and nothing can be admitted, equal steps are taken as one jump, in
/// O(running calls). A call that is submitted in the middle of a step waits for its end.
///
/// Deterministic. Mutable, confined. The behaviour is vLLM's (V1); see `simulation.conf` for what
/// steps take.
///
/// @param <C> what the caller knows a call by
public final class EngineModel<C> {

  private static final long PICOS_PER_NANO = 1000;

  private final EngineProfile profile;
  private final Listener<C> listener;
  private final BlockCache cache = new BlockCache();
  private final WaitingLine<C> line;
  private final List<Sequence<C>> running = new ArrayList<>();
  private final Deque<Pin> pins = new ArrayDeque<>();
  private final long capacityUnits;
  private long privateUnits;
  private long clockPicos;
  private long stepEndPicos = Long.MAX_VALUE;
  private long jump;
  private long submissions;
  private long preemptions;
  private long prefilledTokens;

  /// What a call asks of an engine.
  ///
  /// @param prompt whole blocks of the prompt
  /// @param kept blocks that are in the cache after the call's end; they begin with the prompt's
  /// @param blockTokens tokens of one of those blocks
  /// @param priority lower is earlier; of use to engines that order by it
  public record Demand(
      int promptTokens,
      int outputTokens,
      BlockRuns prompt,
      BlockRuns kept,
      int blockTokens,
      int priority) {

    long unitsPerBlock() {
      return EngineProfile.blocks(blockTokens);
    }
  }

  /// Hears of calls. May submit others.
  public interface Listener<C> {

    /// The engine works on a call for the first time.
    ///
    /// @param cachedTokens tokens of the prompt that its cache held
    void began(C call, int cachedTokens, long atNanos);

    void ended(C call, int cachedTokens, long atNanos);
  }

  private record Pin(BlockRuns blocks, int count) {}

  public EngineModel(EngineProfile profile, EngineOrder order, Listener<C> listener) {
    this.profile = profile;
    this.listener = listener;
    this.line = new WaitingLine<>(order);
    this.capacityUnits = profile.kvTokens() / EngineProfile.BLOCK_TOKENS;
  }

  /// Puts a call into the engine's own queue.
  ///
  /// @throws IllegalArgumentException when it can never be served; see [EngineProfile#fits]
  public void submit(C call, Demand demand, long nowNanos) {
    if (!profile.fits(demand.promptTokens(), demand.outputTokens())) {
      throw new IllegalArgumentException(
          profile.name()
              + " cannot hold "
              + demand.promptTokens()
              + " tokens of prompt and "
              + demand.outputTokens()
              + " of output");
    }
    line.add(new Sequence<>(call, demand, submissions++));
    long nowPicos = nowNanos * PICOS_PER_NANO;
    if (running.isEmpty() && stepEndPicos == Long.MAX_VALUE) {
      clockPicos = Math.max(clockPicos, nowPicos);
    } else if (jump > 1) {
      cutJump(nowPicos);
    }
  }

  /// When something happens next; [Long#MAX_VALUE] when there is nothing to do.
  public long nextEventNanos() {
    begin();
    return stepEndPicos == Long.MAX_VALUE
        ? Long.MAX_VALUE
        : (stepEndPicos + PICOS_PER_NANO - 1) / PICOS_PER_NANO;
  }

  /// Takes all steps that end by then.
  public void advanceTo(long nowNanos) {
    while (nextEventNanos() <= nowNanos) {
      finish();
    }
  }

  public int running() {
    return running.size();
  }

  public int waiting() {
    return line.size();
  }

  /// Tokens of KV memory that running calls hold.
  public long kvTokensInUse() {
    return (cache.usedUnits() + privateUnits) * EngineProfile.BLOCK_TOKENS;
  }

  public long kvCapacityTokens() {
    return capacityUnits * EngineProfile.BLOCK_TOKENS;
  }

  /// Calls that were put back for want of memory.
  public long preemptions() {
    return preemptions;
  }

  /// Prompt tokens computed.
  public long prefilledTokens() {
    return prefilledTokens;
  }

  /// Tokens of a prompt that the cache holds now.
  public int cachedTokens(BlockRuns prompt, int blockTokens) {
    return cache.hits(prompt, prompt.length()) * blockTokens;
  }

  /// Keeps what the cache holds of these blocks, until [#unpin] or until a call finds no memory on an
  /// otherwise idle engine: then those pinned last give way first.
  public void pin(BlockRuns blocks, int blockTokens) {
    int count = cache.hits(blocks, blocks.length());
    cache.pin(blocks, count);
    pins.addLast(new Pin(blocks, count));
  }

  /// Ends the latest pin of these blocks that has not given way.
  public void unpin(BlockRuns blocks, int blockTokens) {
    for (var latest = pins.descendingIterator(); latest.hasNext(); ) {
      var pin = latest.next();
      if (pin.blocks() == blocks) {
        latest.remove();
        cache.unpin(blocks, pin.count());
        return;
      }
    }
  }

  /// Plans the next step, if none is under way.
  private void begin() {
    if (stepEndPicos != Long.MAX_VALUE) {
      return;
    }
    makeRoomForDecodes();
    admit();
    if (running.isEmpty()) {
      return;
    }
    long picos = isPrefilling() ? mixedStep() : decodeSteps();
    stepEndPicos = clockPicos + picos;
  }

  private boolean isPrefilling() {
    return running.stream().anyMatch(Sequence::isPrefilling);
  }

  /// One step with chunks of prompts.
  private long mixedStep() {
    jump = 1;
    int decodes = 0;
    long contexts = 0;
    for (var call : running) {
      if (!call.isPrefilling()) {
        decodes++;
        contexts += call.context() + 1;
        call.chunk = 0;
      }
    }
    long left = profile.stepTokens() - decodes;
    long prefill = 0;
    long doubledPairs = 0;
    for (var call : running) {
      if (call.isPrefilling()) {
        long chunk = Math.min(left, call.toCompute - call.computed);
        call.chunk = (int) chunk;
        left -= chunk;
        prefill += chunk;
        doubledPairs += chunk * (2L * call.computed + chunk);
        if (chunk > 0) {
          tellBegan(call);
        }
      }
    }
    prefilledTokens += prefill;
    return profile.stepTime().picos(prefill, decodes, contexts, doubledPairs);
  }

  private void tellBegan(Sequence<C> call) {
    if (!call.hasBegun) {
      call.hasBegun = true;
      listener.began(call.call, call.cachedTokens, nanos());
    }
  }

  /// Steps of the same decoding calls until the first of them ends, or memory does.
  private long decodeSteps() {
    long steps = Long.MAX_VALUE;
    long contexts = 0;
    for (var call : running) {
      steps = Math.min(steps, call.remaining());
      contexts += call.context() + 1;
      call.chunk = 0;
    }
    jump = stepsThatFit(steps);
    return profile.stepTime().decodePicos(jump, running.size(), contexts);
  }

  private long stepsThatFit(long wanted) {
    if (growthUnits(wanted) <= spareUnits()) {
      return wanted;
    }
    long fits = 1;
    long tooMany = wanted;
    while (tooMany - fits > 1) {
      long middle = (fits + tooMany) >>> 1;
      if (growthUnits(middle) <= spareUnits()) {
        fits = middle;
      } else {
        tooMany = middle;
      }
    }
    return fits;
  }

  private void cutJump(long nowPicos) {
    long contexts = 0;
    for (var call : running) {
      contexts += call.context() + 1;
    }
    long enough = 1;
    long tooMany = jump;
    if (clockPicos + time(enough, contexts) < nowPicos) {
      while (tooMany - enough > 1) {
        long middle = (enough + tooMany) >>> 1;
        if (clockPicos + time(middle, contexts) < nowPicos) {
          enough = middle;
        } else {
          tooMany = middle;
        }
      }
      enough = tooMany;
    }
    jump = enough;
    stepEndPicos = clockPicos + time(jump, contexts);
  }

  private long time(long steps, long contexts) {
    return profile.stepTime().decodePicos(steps, running.size(), contexts);
  }

  /// Ends the step or jump under way.
  private void finish() {
    clockPicos = stepEndPicos;
    stepEndPicos = Long.MAX_VALUE;
    var over = new ArrayList<Sequence<C>>();
    for (var call : running) {
      if (call.isPrefilling()) {
        call.computed += call.chunk;
        if (!call.isPrefilling()) {
          make(call, 1);
        }
      } else {
        make(call, jump);
      }
      if (call.remaining() == 0) {
        over.add(call);
      }
    }
    jump = 0;
    running.removeAll(over);
    over.forEach(this::leave);
    over.forEach(call -> listener.ended(call.call, call.cachedTokens, nanos()));
  }

  /// The call has so many tokens more, which take memory of its own.
  private void make(Sequence<C> call, long tokens) {
    long units = call.privateUnits(tokens);
    takeMemory(units - call.privateUnits);
    privateUnits += units - call.privateUnits;
    call.privateUnits = units;
    call.made += (int) tokens;
  }

  private void leave(Sequence<C> call) {
    var demand = call.demand;
    giveBack(call);
    int from = Math.min(call.heldBlocks, demand.kept().length());
    long room = (spareUnits()) / demand.unitsPerBlock();
    int to = (int) Math.min(demand.kept().length(), from + room);
    long missing = (long) (to - from) * demand.unitsPerBlock();
    takeMemory(missing);
    cache.keep(demand.kept(), from, to, (int) demand.unitsPerBlock());
    cache.release(demand.prompt(), call.heldBlocks);
  }

  private void giveBack(Sequence<C> call) {
    privateUnits -= call.privateUnits;
    call.privateUnits = 0;
  }

  /// Puts back those admitted last until the rest can make one more token each.
  private void makeRoomForDecodes() {
    while (!running.isEmpty() && growthUnits(1) > spareUnits()) {
      if (running.size() == 1 && !pins.isEmpty()) {
        giveWay();
        continue;
      }
      var last = running.removeLast();
      preemptions++;
      giveBack(last);
      cache.release(last.demand.prompt(), last.heldBlocks);
      last.putBack();
      line.addFirst(last);
    }
  }

  private void giveWay() {
    var pin = pins.removeLast();
    cache.unpin(pin.blocks(), pin.count());
  }

  /// Units that running calls take when each that decodes, or ends its prefill, makes so many tokens.
  private long growthUnits(long tokens) {
    long growth = 0;
    for (var call : running) {
      growth += call.privateUnits(tokens) - call.privateUnits;
    }
    return growth;
  }

  private void admit() {
    long budget =
        profile.stepTokens() - running.stream().filter(call -> !call.isPrefilling()).count();
    budget -=
        running.stream()
            .filter(Sequence::isPrefilling)
            .mapToLong(call -> call.toCompute - call.computed)
            .sum();
    while (budget > 0 && running.size() < profile.maxSequences() && line.size() > 0) {
      var next = line.first();
      while (!hasMemoryFor(next) && running.isEmpty() && !pins.isEmpty()) {
        giveWay();
      }
      if (!hasMemoryFor(next)) {
        return;
      }
      line.removeFirst();
      admit(next);
      budget -= next.toCompute - next.computed;
    }
  }

  private boolean hasMemoryFor(Sequence<C> call) {
    var prompt = call.demand.prompt();
    int hits = cache.hits(prompt, call.mostHits());
    long idleHits = cache.idleUnits(prompt, hits);
    return call.unitsBeyond(hits) + growthUnits(1) <= spareUnits() - idleHits;
  }

  private void admit(Sequence<C> call) {
    var demand = call.demand;
    int hits = cache.hits(demand.prompt(), call.mostHits());
    cache.use(demand.prompt(), 0, hits, (int) demand.unitsPerBlock());
    long missing = call.unitsBeyond(hits);
    takeMemory(missing);
    cache.use(demand.prompt(), hits, demand.prompt().length(), (int) demand.unitsPerBlock());
    call.admitted(hits * demand.blockTokens());
    privateUnits += call.privateUnits;
    running.add(call);
  }

  /// Units that are free, or held by nothing but the cache.
  private long spareUnits() {
    return capacityUnits - cache.heldUnits() - privateUnits + cache.idleUnits();
  }

  /// Evicts until so many units are free.
  private void takeMemory(long units) {
    long free = capacityUnits - cache.heldUnits() - privateUnits;
    while (free < units) {
      free += cache.evictOldest();
    }
  }

  private long nanos() {
    return (clockPicos + PICOS_PER_NANO - 1) / PICOS_PER_NANO;
  }

  /// A call in the engine.
  private static final class Sequence<C> {

    private final C call;
    private final Demand demand;
    private final long number;
    private boolean hasBegun;
    private int cachedTokens;
    private int heldBlocks;
    private int made;
    private int toCompute;
    private int computed;
    private int chunk;
    private long privateUnits;

    Sequence(C call, Demand demand, long number) {
      this.call = call;
      this.demand = demand;
      this.number = number;
      this.toCompute = Math.max(1, demand.promptTokens());
    }

    boolean isPrefilling() {
      return computed < toCompute;
    }

    /// Tokens in its KV cache.
    int context() {
      return demand.promptTokens() + made;
    }

    int remaining() {
      return demand.outputTokens() - made;
    }

    /// At least one token of a prompt is computed: the first output follows from it.
    int mostHits() {
      return Math.min(demand.prompt().length(), Math.max(0, context() - 1) / demand.blockTokens());
    }

    /// Units for all it holds now beyond so many blocks of the cache.
    long unitsBeyond(int hits) {
      return (demand.prompt().length() - hits) * demand.unitsPerBlock() + privateUnits(0);
    }

    /// Units for what is in no block of its prompt, once it has made so many tokens more. The last
    /// token made is not in the cache.
    long privateUnits(long more) {
      long tokens = context() + more - (long) demand.prompt().length() * demand.blockTokens();
      return EngineProfile.blocks(Math.max(0, tokens));
    }

    void admitted(int cached) {
      heldBlocks = demand.prompt().length();
      toCompute = Math.max(1, context());
      computed = cached;
      privateUnits = privateUnits(0);
      if (!hasBegun) {
        cachedTokens = cached;
      }
    }

    void putBack() {
      computed = 0;
      toCompute = context();
    }
  }

  /// The engine's own queue.
  private static final class WaitingLine<C> {

    private final Deque<Sequence<C>> putBack = new ArrayDeque<>();
    private final Queue<Sequence<C>> waiting;

    WaitingLine(EngineOrder order) {
      Comparator<Sequence<C>> byNumber = Comparator.comparingLong(call -> call.number);
      this.waiting =
          switch (order) {
            case ARRIVAL -> new ArrayDeque<>();
            case PRIORITY ->
                new PriorityQueue<>(
                    Comparator.<Sequence<C>>comparingInt(call -> call.demand.priority())
                        .thenComparing(byNumber));
          };
    }

    void add(Sequence<C> call) {
      waiting.add(call);
    }

    void addFirst(Sequence<C> call) {
      putBack.addFirst(call);
    }

    Sequence<C> first() {
      return putBack.isEmpty() ? waiting.element() : putBack.getFirst();
    }

    void removeFirst() {
      if (putBack.isEmpty()) {
        waiting.remove();
      } else {
        putBack.removeFirst();
      }
    }

    int size() {
      return putBack.size() + waiting.size();
    }
  }
}
