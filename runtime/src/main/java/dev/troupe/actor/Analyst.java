package dev.troupe.actor;

import dev.troupe.program.Program;
import dev.troupe.run.Analyses.Outcome;
import dev.troupe.run.Planning;
import java.util.concurrent.CompletionStage;

/// Finds out what the steps of a plan wait for, before there is a run.
public interface Analyst {

  /// Does not fail: where a model has no answer, the fallback is taken.
  ///
  /// @param program whose call it is, where a model is asked
  CompletionStage<Outcome> analyse(Program.Id program, Planning.Analysed planning);
}
