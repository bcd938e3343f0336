package dev.troupe.actor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.program.Tenant;
import dev.troupe.run.Recorded;
import dev.troupe.run.RunId;
import dev.troupe.run.RunState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/// Keeps the histories of runs, and finds them again.
public interface RunJournal {

  /// Names a run among those of all tenants.
  record Key(Tenant tenant, RunId run) {}

  /// What is known of a run without reading its history.
  ///
  /// @param isOver whether nothing happens to it any more: it has ended, and who is to be told was told
  /// @param createdMillis wall time
  /// @param updatedMillis wall time of its latest event
  /// @param metadata as the run was submitted with
  record Head(
      Key key,
      RunState state,
      boolean isOver,
      long createdMillis,
      long updatedMillis,
      Map<String, JsonNode> metadata) {
    public Head {
      metadata = Map.copyOf(metadata);
    }
  }

  /// Where a run stands in a list of its tenant's runs.
  record Position(long createdMillis, RunId run) {}

  /// Which runs are listed.
  ///
  /// @param states all where empty
  /// @param fromMillis wall time at which the first of them may have been created
  /// @param untilMillis before which they were created
  /// @param after only those that come after this one in the list
  record Selection(
      Set<RunState> states, long fromMillis, long untilMillis, Optional<Position> after) {

    public static final Selection ALL =
        new Selection(Set.of(), 0, Long.MAX_VALUE, Optional.empty());

    public Selection {
      states = Set.copyOf(states);
    }

    /// Those of them that come after this one.
    public Selection after(Position position) {
      return new Selection(states, fromMillis, untilMillis, Optional.of(position));
    }
  }

  /// Keeps further events of a run. Completes once they outlive the end of the process. Waits, however
  /// long, while storage is away; fails when another node has written to the run, which then is that
  /// node's. Until it completes, no more is to be appended to the run.
  ///
  /// @param head what is known of the run after them
  CompletionStage<Done> append(Head head, List<Recorded> events);

  /// Events of a run in order, from a number on: at most so many, and none only at the end.
  CompletionStage<List<Recorded>> read(Key key, long from, int most);

  /// Some of a tenant's runs, the youngest first.
  CompletionStage<List<Head>> list(Tenant tenant, Selection selection, int most);

  CompletionStage<Optional<Head>> head(Key key);

  /// Runs that are not over, of all tenants, in an order of their own.
  ///
  /// @param after only those that come after this one
  CompletionStage<List<Key>> open(Optional<Key> after, int most);
}
