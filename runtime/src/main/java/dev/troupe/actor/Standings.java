package dev.troupe.actor;

import dev.troupe.program.Program;
import dev.troupe.program.ProgramView;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/// Keeps what programs have attained and waited beyond the life of their actors.
///
/// Nobody waits for storage: saving returns at once, and what was saved last may be lost in a crash.
/// How much, each implementation says.
public interface Standings {

  /// What is kept of a program, its ages as of now; empty where nothing is. Ends in bounded time, and
  /// fails when storage is silent: a program then begins from what its callers say of it, and asks again.
  CompletionStage<Optional<ProgramView>> load(Program.Id program);

  /// Keeps a program as it is now, later. Of several for one program the latest wins, but no part of
  /// its standing ever shrinks.
  void save(ProgramView program);

  /// Ends once what was saved of a program is in storage, so that another node finds it there. Never
  /// fails, and ends in bounded time: also when storage is silent.
  CompletionStage<Done> saved(Program.Id program);

  CompletionStage<Health> health();

  /// @param kind what keeps them, such as `postgresql`
  /// @param isAvailable whether the latest attempt to reach storage succeeded
  /// @param unsavedPrograms held in memory until they are written
  /// @param droppedPrograms given up because too many were held; since the start
  /// @param failure why the latest attempt failed
  record Health(
      String kind,
      boolean isAvailable,
      long unsavedPrograms,
      long droppedPrograms,
      Optional<String> failure) {}

  /// Storage that keeps nothing.
  static Standings none() {
    return new Standings() {
      @Override
      public CompletionStage<Optional<ProgramView>> load(Program.Id program) {
        return CompletableFuture.completedStage(Optional.empty());
      }

      @Override
      public void save(ProgramView program) {}

      @Override
      public CompletionStage<Done> saved(Program.Id program) {
        return CompletableFuture.completedStage(Done.getInstance());
      }

      @Override
      public CompletionStage<Health> health() {
        return CompletableFuture.completedStage(new Health("none", true, 0, 0, Optional.empty()));
      }
    };
  }
}
