package dev.troupe.schedule;

import dev.troupe.program.Program;
import dev.troupe.schedule.WaitingProgram.Place;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// The programs of a [LeastCostQueue] that wait, in their order. Each stands at its place whenever a method
/// returns, as far as its calls' costs are known. Mutable, confined; methods are O(log waiting).
final class ProgramOrder {

  private final CostWeights weights;
  private final Endings endings;
  private final Map<Program.Id, WaitingProgram> programs = new HashMap<>();
  private final TreeSet<Place> places = new TreeSet<>();

  ProgramOrder(CostWeights weights, Endings endings) {
    this.weights = weights;
    this.endings = endings;
  }

  /// A program, to add a call to.
  WaitingProgram program(Program.Id id) {
    return programs.computeIfAbsent(id, WaitingProgram::new);
  }

  void add(CostedCall call) {
    call.program().add(call);
    stand(call.program());
  }

  void remove(CostedCall call) {
    var program = call.program();
    program.remove(call);
    if (program.isEmpty()) {
      program.place().ifPresent(places::remove);
      programs.remove(program.id());
    } else {
      stand(program);
    }
  }

  /// A call was looked at again, and perhaps costs something else.
  void lookedAt(CostedCall call, double nowCostsNanos) {
    call.program().changed(call, nowCostsNanos);
    stand(call.program());
  }

  Optional<Place> first() {
    return places.isEmpty() ? Optional.empty() : Optional.of(places.first());
  }

  Optional<Place> after(Place place) {
    return Optional.ofNullable(places.higher(place));
  }

  private double weight(WaitingProgram program) {
    var remaining = program.remainingCalls();
    return remaining.isPresent() && weights.heedsDeclared()
        ? endings.weightOf(program.stages(remaining.getAsInt()))
        : endings.weight(program.stage());
  }

  private void stand(WaitingProgram program) {
    var oldest = program.oldest();
    double costNanos = program.costNanos() * weight(program);
    double nanos =
        weights.owedNanos(costNanos, program.factor()) + weights.aging() * oldest.arrivalNanos();
    var before = program.place();
    if (before.isPresent() && before.get().nanos() == nanos && before.get().oldest() == oldest) {
      return;
    }
    before.ifPresent(places::remove);
    var now = new Place(nanos, oldest.arrivalNanos(), oldest, program);
    places.add(now);
    program.stands(now);
  }
}
