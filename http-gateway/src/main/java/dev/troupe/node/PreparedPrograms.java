package dev.troupe.node;

import dev.troupe.laboratory.Inputs;
import dev.troupe.simulation.physics.EngineProfile;
import dev.troupe.simulation.workload.BadTraceException;
import dev.troupe.simulation.workload.Generators;
import dev.troupe.simulation.workload.Oversize;
import dev.troupe.simulation.workload.Split;
import dev.troupe.simulation.workload.TraceReader;
import dev.troupe.simulation.workload.WaitRule;
import dev.troupe.simulation.workload.Workload;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// The programs of a simulation, as an engine of its profile can hold them.
///
/// @param refused programs left out
/// @param scaled programs divided
record PreparedPrograms(Workload workload, int refused, int scaled) {

  private static final int USUAL_PROGRAMS = 500;
  private static final long DRAWS = 1;

  /// Reads or draws them. The same arguments give the same programs.
  ///
  /// @throws IllegalArgumentException when the input is malformed or nothing of it is left; the message
  ///     is for the user, a line for each thing to correct
  static PreparedPrograms of(Inputs inputs, EngineProfile profile) {
    var waits = waits(inputs.toolWaits());
    var source =
        switch (inputs.source()) {
          case Inputs.Source.Trace(var file) -> read(file, waits);
          case Inputs.Source.Generated(var name) -> Generators.named(name, drawn(inputs), DRAWS);
        };
    var split = Split.of(source, 0);
    var half =
        switch (inputs.half()) {
          case ALL -> source;
          case FIT -> split.fitted();
          case REPORT -> split.reported();
        };
    var limited = inputs.limit().isPresent() ? half.head(inputs.limit().getAsInt()) : half;
    var rule =
        switch (inputs.oversize()) {
          case REFUSE -> Oversize.REFUSE;
          case SCALE -> Oversize.SCALE;
        };
    if (limited.programs().isEmpty()) {
      throw new IllegalArgumentException(
          "--split: that half of %s has no program; take all of it, or more programs"
              .formatted(inputs.source().name()));
    }
    var fitted = rule.fit(limited, (int) Math.min(profile.contextTokens(), profile.kvTokens()));
    if (fitted.workload().programs().isEmpty()) {
      throw new IllegalArgumentException(
          "no program of "
              + inputs.source().name()
              + " is left: all have a call that no "
              + profile.name()
              + " can hold; try --oversize scale");
    }
    return new PreparedPrograms(
        applied(inputs, waits, fitted.workload()), fitted.refused(), fitted.scaled());
  }

  /// Enough for a half to have as many programs as are wanted.
  private static int drawn(Inputs inputs) {
    int wanted = inputs.limit().orElse(USUAL_PROGRAMS);
    return inputs.half() == Inputs.Half.ALL ? wanted : 4 * wanted;
  }

  /// Waits of a trace are applied as it is read, where it is still known which were not recorded.
  private static Workload applied(Inputs inputs, WaitRule waits, Workload workload) {
    return inputs.source() instanceof Inputs.Source.Generated
        ? waits.applyTo(workload, DRAWS)
        : workload;
  }

  private static Workload read(Path file, WaitRule waits) {
    if (Files.isDirectory(file)) {
      throw new IllegalArgumentException("--trace: " + file + " is a folder; name a file in it");
    }
    try {
      return new TraceReader(waits, DRAWS).read(file);
    } catch (BadTraceException bad) {
      throw new IllegalArgumentException(bad.getMessage(), bad);
    } catch (NoSuchFileException missing) {
      throw new IllegalArgumentException("--trace: there is no file " + file, missing);
    } catch (AccessDeniedException denied) {
      throw new IllegalArgumentException(
          "--trace: " + file + " may not be read; give this user leave to read it", denied);
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          "--trace: cannot read " + file + ": " + unreadable.getMessage(), unreadable);
    }
  }

  private static WaitRule waits(String text) {
    try {
      return WaitText.rule(text);
    } catch (IllegalArgumentException unknown) {
      throw new IllegalArgumentException("--tool-waits: " + unknown.getMessage(), unknown);
    }
  }
}
