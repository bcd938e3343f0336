package dev.troupe.simulation;

import dev.troupe.program.CallOutcome;
import dev.troupe.program.ModelPool;
import dev.troupe.program.ServiceModel;
import dev.troupe.program.Standing;
import dev.troupe.program.Usage;
import dev.troupe.schedule.Dispatcher;
import dev.troupe.schedule.Waiting;
import dev.troupe.simulation.physics.EngineModel;
import dev.troupe.simulation.physics.EngineProfile;
import dev.troupe.simulation.workload.ProgramTrace;
import dev.troupe.simulation.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/// Replays a workload in virtual time: one scheduler, its engines, and the programs that come.
///
/// The decisions are those of a node: [Dispatcher], `LeaseBook`, the engine's window, `ProgramRecord`
/// and the placement are the classes that ship, told the same things in the same order as their actors
/// would tell them. What is left out: messages take no time, nothing fails, and nobody is refused for
/// a full queue.
///
/// The same input gives the same outcome, but for the wall times.
public final class Simulator {

  static final ModelPool POOL = new ModelPool("model");

  /// More than any policy keeps a program out while all engines are idle.
  private static final int MOST_STILL_PROBES = 10_000;

  private final Setup setup;
  private final Policy policy;
  private final SimulationSettings settings;
  private final ServiceModel service;
  private final Agenda agenda = new Agenda();
  private final LivePrograms programs;
  private final List<CallRun> ended = new ArrayList<>();
  private final Conduct conduct;
  private final Dispatcher dispatcher;
  private final Fleet engines;
  private final DecisionTime decisions;
  private long nowNanos;
  private long wokenNanos = Long.MIN_VALUE;
  private long running;
  private int stillProbes;

  /// @param policy name in [Policies]
  /// @param wallNanos monotonic time, to reckon what decisions cost
  public static Outcome run(
      Setup setup,
      Workload workload,
      EngineProfile profile,
      SimulationSettings settings,
      LongSupplier wallNanos) {
    return new Simulator(setup, profile, settings, wallNanos).run(workload);
  }

  private Simulator(
      Setup setup, EngineProfile profile, SimulationSettings settings, LongSupplier wallNanos) {
    this.policy = Policies.named(setup.policy());
    this.setup = setup.withLengths(policy.lengths().orElse(setup.lengths()));
    this.settings = settings;
    this.decisions = new DecisionTime(wallNanos);
    this.service = settings.service().newModel();
    this.programs = new LivePrograms(settings);
    this.conduct =
        policy
            .conduct()
            .apply(
                new Policy.Surroundings(settings, programs, setup.engines(), profile.kvTokens()));
    var schedule = settings.schedule();
    this.dispatcher =
        schedule.with(Policies.placementNamed(setup.placement())).newDispatcher(conduct::queue);
    this.engines =
        new Fleet(
            setup.engines(),
            number ->
                new EngineHost(
                    number,
                    profile,
                    policy.newWindow(settings.engine().window()),
                    dispatcher,
                    new Ear()));
  }

  private Outcome run(Workload workload) {
    long beganNanos = decisions.nowNanos();
    for (var trace : workload.programs()) {
      agenda.at(trace.arrivalNanos(), () -> arrive(trace));
    }
    running = workload.programs().size();
    engines.probe();
    long interval = settings.engine().probeInterval().toNanos();
    agenda.at(interval, () -> probe(interval));
    conduct.tickNanos().ifPresent(tick -> agenda.at(tick, () -> tick(tick)));
    while (running > 0) {
      step();
    }
    return new Outcome(
        setup,
        workload.name(),
        programs.outcomes(),
        0,
        0,
        engines.sum(EngineModel::preemptions),
        engines.sum(EngineModel::recomputedTokens),
        decisions.decisions(),
        decisions.nanos(),
        decisions.nowNanos() - beganNanos);
  }

  private void step() {
    long engineNanos = engines.nextNanos();
    long agendaNanos = agenda.nextNanos();
    nowNanos = Math.min(engineNanos, agendaNanos);
    if (engineNanos <= agendaNanos) {
      advanceEngines();
    } else {
      agenda.runNext();
    }
    dispatch();
  }

  private void advanceEngines() {
    engines.advanceTo(nowNanos);
    for (var call : List.copyOf(ended)) {
      onEnded(call);
    }
    ended.clear();
  }

  private void arrive(ProgramTrace trace) {
    var program = programs.arrived(trace, nowNanos);
    conduct.arrived(program, nowNanos);
    for (int first : program.first()) {
      issueLater(program, first);
    }
  }

  private void issueLater(ProgramRun program, int position) {
    long waitNanos = program.trace().calls().get(position).waitNanos();
    if (waitNanos == 0) {
      issue(program, position);
    } else {
      agenda.at(nowNanos + waitNanos, () -> issue(program, position));
    }
  }

  private void issue(ProgramRun program, int position) {
    var call = program.call(position, settings.expectedOutputTokens(), policy.namesParents());
    var run = new CallRun(program, position, call, nowNanos);
    programs.issued(run);
    if (conduct.admits(run, nowNanos)) {
      enqueue(run);
    }
  }

  private void enqueue(CallRun run) {
    var record = run.program().record();
    setup
        .lengths()
        .said(run.program().id(), setup.seed(), run.program().unissued())
        .ifPresent(after -> record.expects(1L + after, nowNanos));
    var priority =
        record.submit(
            run.call(),
            "simulation",
            Optional.empty(),
            Standing.NEW,
            nowNanos - run.readyNanos(),
            nowNanos);
    long beganNanos = decisions.nowNanos();
    dispatcher.enqueueAgain(
        new Waiting(run.call(), priority, run.readyNanos(), Set.of(), record.lastEngine()));
    decisions.add(beganNanos);
  }

  private void dispatch() {
    boolean again = dispatcher.isDue(nowNanos);
    while (again) {
      again = false;
      long beganNanos = decisions.nowNanos();
      var dispatches = dispatcher.dispatch(nowNanos);
      decisions.add(beganNanos);
      for (var next : dispatches) {
        again |= start(next);
      }
    }
    dispatcher.nextWakeNanos().ifPresent(this::wakeAt);
  }

  /// @return whether there may be more to dispatch: a call did not find the room it was promised
  private boolean start(Dispatcher.Dispatch next) {
    var run = programs.of(next.waiting().call().id());
    var engine = engines.of(next.engine());
    if (!engine.start(run, next, nowNanos)) {
      engine.offerRoom(false);
      return true;
    }
    run.program()
        .record()
        .granted(
            run.call().id(),
            engine.id(),
            next.level(),
            next.isPromoted(),
            nowNanos - run.readyNanos(),
            nowNanos);
    conduct.sent(run, nowNanos);
    return false;
  }

  private void wakeAt(long atNanos) {
    if (atNanos != wokenNanos) {
      wokenNanos = atNanos;
      agenda.at(Math.max(atNanos, nowNanos), () -> {});
    }
  }

  private void onEnded(CallRun run) {
    var trace = run.trace();
    var usage = new Usage(trace.promptTokens(), run.cachedTokens(), trace.outputTokens());
    long serviceNanos = service.serviceNanos(usage, nowNanos - run.sentNanos());
    var engine = engines.get(run.engine());
    engine.ended(run);
    var program = run.program();
    programs.ended(run);
    program
        .record()
        .ended(run.call().id(), engine.id(), usage, serviceNanos, CallOutcome.COMPLETED, nowNanos);
    conduct.ended(run, usage, serviceNanos, nowNanos);
    if (program.hasChildren(run)) {
      retain(run, engine);
    }
    for (int ready : program.ended(run, nowNanos)) {
      issueLater(program, ready);
    }
    if (program.isOver()) {
      running--;
      programs.over(program);
      conduct.over(program, nowNanos);
    }
  }

  private void retain(CallRun run, EngineHost engine) {
    long nanos = conduct.retainNanos(run, nowNanos);
    if (nanos > 0) {
      var blocks = run.trace().kept();
      engine.model().pin(blocks, nowNanos);
      agenda.at(nowNanos + nanos, () -> engine.model().unpin(blocks, nowNanos));
    }
  }

  private void probe(long intervalNanos) {
    engines.probe();
    requireHope();
    agenda.at(nowNanos + intervalNanos, () -> probe(intervalNanos));
  }

  /// Probes and ticks go on for ever; what waits for nothing else waits in vain.
  private void requireHope() {
    int ticks = conduct.tickNanos().isPresent() ? 1 : 0;
    boolean isStill = agenda.size() <= ticks && engines.nextNanos() == Long.MAX_VALUE;
    stillProbes = isStill ? stillProbes + 1 : 0;
    if (stillProbes > MOST_STILL_PROBES) {
      throw new IllegalStateException(running + " programs wait and nothing is going to happen");
    }
  }

  private void tick(long intervalNanos) {
    conduct.tick(nowNanos).forEach(this::enqueue);
    agenda.at(nowNanos + intervalNanos, () -> tick(intervalNanos));
  }

  private final class Ear implements EngineModel.Listener<CallRun> {

    @Override
    public void began(CallRun call, int cachedTokens, long atNanos) {
      call.began(cachedTokens, atNanos);
    }

    @Override
    public void ended(CallRun call, long atNanos) {
      call.ended(atNanos);
      ended.add(call);
    }
  }
}
