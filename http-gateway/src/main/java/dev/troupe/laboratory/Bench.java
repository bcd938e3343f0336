package dev.troupe.laboratory;

import dev.troupe.simulation.Outcome;
import dev.troupe.simulation.Setup;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Where simulations run: what there is to choose from, and one run of it.
public interface Bench {

  /// Which of [#ablations] does not heed what programs say of how long they are.
  String ABLATED_LENGTHS = "without-declared";

  /// The same with the settings of a user's file.
  ///
  /// @param file as `./troupe up --config` takes it
  /// @throws IllegalArgumentException when it cannot be used; the message names the key
  Bench configured(Path file);

  /// Which settings those of the control plane are, in a few words.
  String settingsName();

  /// Policies; the one that is set is first.
  List<Choice> policies();

  /// The policy that ships, and that policy without each of its ideas.
  List<Choice> ablations();

  /// Without [#ABLATED_LENGTHS] where no program says how long it is.
  default List<Choice> ablations(boolean declaresLengths) {
    return ablations().stream()
        .filter(choice -> declaresLengths || !choice.name().equals(ABLATED_LENGTHS))
        .toList();
  }

  /// Whatever can be named as a policy.
  default List<Choice> contenders() {
    return Stream.concat(policies().stream(), ablations().stream()).distinct().toList();
  }

  /// Placement rules; the one that is set is first.
  List<Choice> placements();

  /// The placement to simulate a policy with when none is named: what ships for what ships, and what
  /// routers of today do for what it is compared with.
  String usualPlacement(String policy);

  /// Profiles of engines; the one to take when none is named is first.
  List<Choice> profiles();

  /// Generators of programs.
  List<Choice> generators();

  /// How many programs per second the engines serve, all of them together: load 1. Blocks until that
  /// is simulated.
  ///
  /// @throws IllegalArgumentException as of [#run]
  double capacity(Inputs inputs, String profile, int engines);

  /// The programs that a run simulates. Blocks until they are read or drawn.
  ///
  /// @return at least one
  /// @throws IllegalArgumentException as of [#run], and where no engine can hold any
  Census census(Inputs inputs, String profile);

  /// Simulates. Blocks until it is done; called by several threads, each with a setup of its own.
  /// Equal arguments give equal programs.
  ///
  /// @throws IllegalArgumentException when a name is unknown or the input malformed; the message is
  ///     for the user, a line for each thing to correct, with file, line and reason
  Outcome run(Inputs inputs, Setup setup);
}
