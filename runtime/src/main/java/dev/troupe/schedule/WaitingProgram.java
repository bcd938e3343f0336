package dev.troupe.schedule;

import dev.troupe.program.Priority;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramPriority;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/// The waiting calls of one program in a [LeastCostQueue], and where they stand together. Mutable,
/// confined.
final class WaitingProgram {

  private final Program.Id id;
  private final TreeSet<CostedCall> calls = new TreeSet<>();
  private double costNanos;
  private int stage;
  private double factor;
  private Optional<Place> place = Optional.empty();

  /// Where a program stands: the lowest first.
  ///
  /// @param arrivalNanos of its oldest waiting call
  record Place(double nanos, long arrivalNanos, CostedCall oldest, WaitingProgram program)
      implements Comparable<Place> {

    @Override
    public int compareTo(Place other) {
      int byPlace = Double.compare(nanos, other.nanos);
      return byPlace != 0 ? byPlace : oldest.compareTo(other.oldest);
    }
  }

  WaitingProgram(Program.Id id) {
    this.id = id;
  }

  Program.Id id() {
    return id;
  }

  void add(CostedCall call) {
    calls.add(call);
    costNanos += call.costNanos();
    stage = Math.max(stage, call.stage());
    weigh();
  }

  void remove(CostedCall call) {
    calls.remove(call);
    costNanos -= call.costNanos();
    if (!calls.isEmpty()) {
      weigh();
    }
  }

  private void weigh() {
    factor = ProgramPriority.factor(youngest().ofProgram());
  }

  private Priority youngest() {
    return calls.last().waiting().priority();
  }

  void changed(CostedCall call, double nowCostsNanos) {
    costNanos += nowCostsNanos - call.costNanos();
    call.costs(nowCostsNanos);
  }

  boolean isEmpty() {
    return calls.isEmpty();
  }

  /// Of its waiting calls; at least one.
  CostedCall oldest() {
    return calls.first();
  }

  /// The next in order of arrival.
  Optional<CostedCall> after(CostedCall call) {
    return Optional.ofNullable(calls.higher(call));
  }

  /// What its waiting calls cost together.
  double costNanos() {
    return costNanos;
  }

  /// The latest stage of which calls have waited lately.
  int stage() {
    return stage;
  }

  /// What a second of its cost counts, by the program's priority as its youngest waiting call has it.
  double factor() {
    return factor;
  }

  /// How many calls are to come after those that wait, as the youngest of these has it.
  OptionalInt remainingCalls() {
    return youngest().remainingCalls();
  }

  /// How many stages like the one that waits its calls make, those that wait among them.
  ///
  /// @param remainingCalls that are to come after these
  double stages(int remainingCalls) {
    return 1 + (double) remainingCalls / calls.size();
  }

  /// Where it stands; empty before it was said.
  Optional<Place> place() {
    return place;
  }

  void stands(Place now) {
    place = Optional.of(now);
  }
}
