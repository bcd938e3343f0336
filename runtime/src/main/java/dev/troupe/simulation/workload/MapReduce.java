package dev.troupe.simulation.workload;

import dev.troupe.simulation.workload.Distribution.LogNormal;
import java.util.List;
import java.util.stream.IntStream;

/// A long document summarized in pieces: one call for each, all at once, and one that joins them.
///
/// The shape is the map-reduce summary of
/// [Parrot](https://www.usenix.org/conference/osdi24/presentation/lin-chaofan). No distribution of it
/// is published, so the numbers are ours: 20 ± 12 pieces, at least 4 and at most 64, of 1024 tokens,
/// and 150 ± 75 tokens out.
record MapReduce() implements ProgramKind {

  private static final int FEWEST_PIECES = 4;
  private static final int MOST_PIECES = 64;
  private static final int PIECE_TOKENS = 1024;
  private static final Distribution PIECES = new LogNormal(20, 12);
  private static final Distribution OUTPUT = new LogNormal(150, 75);

  @Override
  public String label() {
    return "map-reduce";
  }

  @Override
  public int systemTokens() {
    return 128;
  }

  @Override
  public void write(Draft draft) {
    int pieces = Math.clamp(draft.draw(PIECES), FEWEST_PIECES, MOST_PIECES);
    var outputs = IntStream.range(0, pieces).map(_ -> draft.draw(OUTPUT)).toArray();
    for (int output : outputs) {
      draft.call(List.of(), draft.longer(draft.system(), PIECE_TOKENS), output, 0);
    }
    var joined = draft.longer(draft.system(), IntStream.of(outputs).sum());
    var mapped = IntStream.range(0, pieces).boxed().toList();
    draft.call(mapped, joined, draft.draw(OUTPUT), 0);
  }
}
