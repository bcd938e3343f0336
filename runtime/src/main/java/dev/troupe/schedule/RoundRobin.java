package dev.troupe.schedule;

import dev.troupe.engine.EngineId;
import java.util.List;
import java.util.Optional;

/// Each engine in its turn; one without room is passed over.
final class RoundRobin implements Placement {

  private Optional<EngineId> latest = Optional.empty();

  @Override
  public Choice place(Waiting waiting, List<Candidate> candidates) {
    return candidates.stream()
        .filter(Candidate::hasRoom)
        .filter(this::comesAfterLatest)
        .findFirst()
        .or(() -> candidates.stream().filter(Candidate::hasRoom).findFirst())
        .map(this::turnOf)
        .orElseGet(Choice.None::new);
  }

  @Override
  public void removed(EngineId engine) {
    // The names of engines have an order of their own, so the turn goes on where it was.
  }

  private Choice turnOf(Candidate candidate) {
    latest = Optional.of(candidate.engine());
    return candidate.chosenBy("round-robin");
  }

  private boolean comesAfterLatest(Candidate candidate) {
    return latest.isPresent() && candidate.engine().value().compareTo(latest.get().value()) > 0;
  }
}
