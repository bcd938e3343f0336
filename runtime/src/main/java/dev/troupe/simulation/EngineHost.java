package dev.troupe.simulation;

import dev.troupe.engine.Credit;
import dev.troupe.engine.EngineEndpoint;
import dev.troupe.engine.EngineEndpoint.Dialect;
import dev.troupe.engine.EngineEndpoint.PriorityOrder;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.EngineStatus;
import dev.troupe.engine.EngineWindow;
import dev.troupe.engine.LeaseBook;
import dev.troupe.engine.PrefixIndex;
import dev.troupe.program.ModelPool;
import dev.troupe.schedule.Dispatcher;
import dev.troupe.simulation.physics.Demand;
import dev.troupe.simulation.physics.EngineModel;
import dev.troupe.simulation.physics.EngineProfile;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// One engine in virtual time, with what a node's actor of it holds: its leases, its window, what its
/// cache is believed to hold. The classes are those of a node; only the engine is a model.
final class EngineHost {

  private static final ModelPool POOL = Simulator.POOL;

  private final int number;
  private final EngineId id;
  private final EngineModel<CallRun> model;
  private final LeaseBook<CallRun> book;
  private final PrefixIndex prefixes;
  private final Dispatcher dispatcher;

  EngineHost(
      int number,
      EngineProfile profile,
      EngineWindow window,
      Dispatcher dispatcher,
      EngineModel.Listener<CallRun> listener) {
    this.number = number;
    this.id = new EngineId("engine-" + number);
    this.model = new EngineModel<>(profile, listener);
    this.book = new LeaseBook<>(endpoint(id), "simulated", window, Long.MAX_VALUE / 4);
    this.prefixes = new PrefixIndex(model.kvCapacityTokens());
    this.dispatcher = dispatcher;
  }

  private static EngineEndpoint endpoint(EngineId id) {
    return new EngineEndpoint(
        id, Dialect.VLLM, URI.create("http://127.0.0.1:1"), Optional.empty(), PriorityOrder.NONE);
  }

  EngineId id() {
    return id;
  }

  EngineModel<CallRun> model() {
    return model;
  }

  /// Takes a call that was dispatched here, or gives it back when there is no room after all.
  ///
  /// @return whether it was taken
  boolean start(CallRun run, Dispatcher.Dispatch dispatch, long nowNanos) {
    var call = run.call();
    var lease =
        book.grant(call, run, dispatch.level(), dispatch.isPromoted(), dispatch.why(), nowNanos);
    if (lease.isEmpty()) {
      dispatcher.returned(id, call.id(), nowNanos);
      return false;
    }
    var delta = prefixes.touch(call.prefix());
    dispatcher.resident(id, delta.gained(), delta.lost());
    run.sent(lease.get(), number, nowNanos);
    model.submit(run, demand(run, dispatch.level()), nowNanos);
    return true;
  }

  private static Demand demand(CallRun run, int priority) {
    var trace = run.trace();
    return new Demand(
        // What a trace calls an empty prompt has the tokens of a template around it.
        Math.max(1, trace.promptTokens()),
        trace.outputTokens(),
        trace.prompt(),
        trace.kept(),
        run.program().trace().blockTokens(),
        priority);
  }

  void ended(CallRun run) {
    book.end(run.lease().id());
    offerRoom(false);
  }

  /// Asks the engine how it is, as a node does at intervals.
  void probe() {
    book.observed(
        new EngineStatus(
            Set.of(POOL.model()),
            OptionalInt.empty(),
            OptionalInt.of(model.running()),
            OptionalInt.of(model.waiting()),
            OptionalLong.of(model.kvCapacityTokens()),
            OptionalDouble.of(model.kvTokensInUse() / (double) model.kvCapacityTokens())));
    for (var pool : book.overOffered()) {
      dispatcher.retract(id);
      book.retract(pool);
    }
    offerRoom(true);
  }

  void offerRoom(boolean always) {
    var credit = book.offer(POOL);
    if (always || !credit.equals(Credit.NONE)) {
      dispatcher.offer(id, credit, book.load(model.waiting(), false));
    }
  }
}
