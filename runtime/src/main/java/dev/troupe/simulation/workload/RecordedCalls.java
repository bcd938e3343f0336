package dev.troupe.simulation.workload;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.simulation.workload.RecordedCall.ProgramKey;
import java.util.HashSet;
import java.util.Set;

/// Reads the calls of a recording and refuses one that it has read before: a file that was joined twice
/// would count as twice the traffic.
///
/// An id may come again in a program, but not with the same arrival.
final class RecordedCalls {

  private final Set<Arrived> read = new HashSet<>();

  private record Arrived(ProgramKey program, String call, long nanos) {}

  RecordedCall read(JsonNode line) throws BadLineException {
    var call = RecordedCall.read(line);
    if (!read.add(new Arrived(call.program(), call.id(), call.startNanos()))) {
      throw new BadLineException(
          "call "
              + call.id()
              + " is there twice, with one arrival; leave out one of them, or the file that was joined"
              + " twice (sort -u keeps each line once)");
    }
    return call;
  }
}
