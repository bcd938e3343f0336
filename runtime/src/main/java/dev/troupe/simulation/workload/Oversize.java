package dev.troupe.simulation.workload;

import java.util.ArrayList;
import java.util.HashMap;

/// What becomes of programs that have a call which no engine can hold.
public enum Oversize {
  /// They are left out whole.
  REFUSE,
  /// All their lengths are divided by the smallest whole number that makes every call fit. Their block
  /// keeps its tokens and there are as many times fewer of them, so what two of their prompts begin
  /// with in common is divided too. Programs divided by the same number still share what they shared;
  /// programs divided by different numbers share nothing, for their texts are no longer the same.
  SCALE;

  /// What is left, and of how many programs it was asked.
  ///
  /// @param refused programs left out
  /// @param scaled programs divided
  public record Fitted(Workload workload, int refused, int scaled) {}

  /// Makes a workload fit.
  ///
  /// @param mostTokens prompt and output of a call that an engine can hold, at least 2
  public Fitted fit(Workload workload, int mostTokens) {
    if (mostTokens < 2) {
      throw new IllegalArgumentException("an engine holds a prompt and an output: " + mostTokens);
    }
    var programs = new ArrayList<ProgramTrace>(workload.programs().size());
    var mergers = new HashMap<Integer, BlockMerger>();
    var names = BlockNames.behind(workload);
    int oversized = 0;
    for (var program : workload.programs()) {
      int divisor = divisor(program, mostTokens);
      if (divisor == 1) {
        programs.add(program);
        continue;
      }
      oversized++;
      if (this == SCALE) {
        var merger = mergers.computeIfAbsent(divisor, by -> new BlockMerger(by, names));
        programs.add(divided(program, divisor, merger));
      }
    }
    var fitted = new Workload(workload.name(), programs);
    return this == SCALE ? new Fitted(fitted, 0, oversized) : new Fitted(fitted, oversized, 0);
  }

  /// The smallest number by which every call of a program fits.
  private static int divisor(ProgramTrace program, int mostTokens) {
    int divisor = 1;
    for (var call : program.calls()) {
      while ((long) prompt(call, divisor) + output(call, divisor) > mostTokens) {
        divisor++;
      }
    }
    return divisor;
  }

  private static ProgramTrace divided(ProgramTrace program, int divisor, BlockMerger merger) {
    return program.with(
        program.calls().stream()
            .map(call ->
                new CallTrace(
                    call.parents(),
                    prompt(call, divisor),
                    output(call, divisor),
                    merger.merged(call.prompt()),
                    merger.merged(call.kept()),
                    call.waitNanos()))
            .toList());
  }

  private static int prompt(CallTrace call, int divisor) {
    return call.promptTokens() / divisor;
  }

  /// Rounded up: an engine makes at least one token, and prompt and output together still fill the
  /// blocks that are kept.
  private static int output(CallTrace call, int divisor) {
    return Math.ceilDiv(call.outputTokens(), divisor);
  }
}
