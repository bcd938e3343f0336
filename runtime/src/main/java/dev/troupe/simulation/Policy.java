package dev.troupe.simulation;

import dev.troupe.engine.Credit;
import dev.troupe.engine.EngineStatus;
import dev.troupe.engine.EngineWindow;
import dev.troupe.engine.WindowSettings;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/// A way to schedule that can be simulated; [Policies] has them by name.
///
/// @param about one line, with the source
/// @param holdsBack whether calls wait before the engines, which then get no more than they can run;
///     otherwise all calls are sent at once and wait in the engines' own queues
/// @param namesParents whether calls tell which calls they follow
/// @param lengths which programs say how many calls they still make, where the policy is to say so
///     itself
/// @param conduct begins a simulation
record Policy(
    String name,
    String about,
    boolean holdsBack,
    boolean namesParents,
    Optional<Lengths> lengths,
    Function<Surroundings, Conduct> conduct) {

  /// With calls that tell nothing of how long their programs are, but what the setup has them say.
  Policy(
      String name,
      String about,
      boolean holdsBack,
      boolean namesParents,
      Function<Surroundings, Conduct> conduct) {
    this(name, about, holdsBack, namesParents, Optional.empty(), conduct);
  }

  /// What a conduct may look at.
  ///
  /// @param engines how many
  /// @param kvCapacityTokens of each engine
  record Surroundings(
      SimulationSettings settings, Conduct.Programs programs, int engines, long kvCapacityTokens) {}

  /// The window of one engine under this policy.
  EngineWindow newWindow(WindowSettings settings) {
    return holdsBack
        ? settings.newWindow(OptionalInt.empty(), OptionalLong.empty())
        : new NoWindow();
  }

  /// Everything is sent at once, whatever the engine holds.
  private static final class NoWindow implements EngineWindow {

    @Override
    public int slots() {
      return Integer.MAX_VALUE / 2;
    }

    @Override
    public long kvTokens() {
      return Credit.UNLIMITED;
    }

    @Override
    public void observed(EngineStatus status, int inFlight, long kvTokensBeforeLatest) {}

    @Override
    public void refused(int inFlight) {}

    @Override
    public void ended(int inFlight, long kvTokensInFlight) {}
  }
}
