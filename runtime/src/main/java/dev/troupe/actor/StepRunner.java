package dev.troupe.actor;

import dev.troupe.program.Program;
import dev.troupe.run.RunAction;
import dev.troupe.run.RunCommand;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/// Does the steps of runs: the port to models, web services, functions and what may come.
public interface StepRunner {

  /// An attempt of a step that is to be made.
  ///
  /// @param program whose calls the run's are
  /// @param declared what the run says of that program
  /// @param call the name of this attempt among the program's calls
  /// @param parents names of the program's calls whose results it needed
  record Task(
      RunJournal.Key run,
      Program.Id program,
      Program.Declared declared,
      RunAction.StartStep step,
      String call,
      List<String> parents) {
    public Task {
      parents = List.copyOf(parents);
    }
  }

  /// An attempt under way.
  interface Doing {

    /// What came of it, once. Does not fail; a fault of the runner's own is a failed step.
    CompletionStage<RunCommand.Ended> ended();

    /// Its result is not needed. It ends soon, in whatever way.
    void cancel();

    /// Its run is about to leave this node: what nobody has begun is not to begin from here. Completes once,
    /// with whether that is so, and then nothing comes of the attempt; with false, or never, where somebody
    /// may have begun it, which goes on to its end.
    default CompletionStage<Boolean> giveBack() {
      return CompletableFuture.completedStage(false);
    }

    /// Whether it goes on without this node, and is found again by whoever begins the same step
    /// elsewhere: it is neither waited for nor cancelled where its run moves.
    default boolean goesOnElsewhere() {
      return false;
    }
  }

  /// Begins. Does not block.
  Doing start(Task task);

  /// Begins, and tells what the step writes while it writes it, where it writes. On any thread, in order,
  /// all of it before the end.
  Doing start(Task task, Consumer<String> written);
}
