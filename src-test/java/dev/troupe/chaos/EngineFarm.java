package dev.troupe.chaos;

import dev.troupe.simulated.SimulatedEngine;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A process of several simulated engines. It ends when its standard input does.
///
/// Each engine tells at `/sim/stats` what it runs and how often each call was started.
public final class EngineFarm {

  private EngineFarm() {}

  /// @param args how many engines, then the flags of each
  public static void main(String[] args) throws IOException {
    var flags = List.of(args).subList(1, args.length).toArray(String[]::new);
    var engines = new ArrayList<SimulatedEngine>();
    for (int engine = 0; engine < Integer.parseInt(args[0]); engine++) {
      engines.add(SimulatedEngine.start(flags));
    }
    System.out.println(
        "simulated engines ready at "
            + engines.stream()
                .map(SimulatedEngine::url)
                .map(URI::toString)
                .collect(Collectors.joining(" ")));
    System.in.transferTo(OutputStream.nullOutputStream());
    engines.forEach(SimulatedEngine::close);
  }
}
