package dev.troupe.cluster;

import dev.troupe.actor.RunJournal;
import dev.troupe.actor.Runs;
import dev.troupe.program.Tenant;
import dev.troupe.run.RunId;
import java.util.concurrent.CompletionStage;

/// The runs of a tenant as an application sees them: those it begins, and those that are there.
public final class TroupeRuns {

  private final Runs runs;
  private final Tenant tenant;

  TroupeRuns(Runs runs, Tenant tenant) {
    this.runs = runs;
    this.tenant = tenant;
  }

  /// Begins a run. Completes once that is as safe as the run's durability makes it; fails with
  /// [RunRefusedException] where there is a run of that name.
  public CompletionStage<TroupeRun> submit(RunRequest request) {
    var run = new TroupeRun(runs, new RunJournal.Key(tenant, request.id()));
    return run.ask(request.command()).thenApply(_ -> run);
  }

  /// A run by its name, whether or not there is one. Costs nothing to hold.
  public TroupeRun run(String id) {
    return new TroupeRun(runs, new RunJournal.Key(tenant, new RunId(id)));
  }
}
