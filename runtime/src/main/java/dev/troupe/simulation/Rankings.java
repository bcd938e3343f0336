package dev.troupe.simulation;

import dev.troupe.program.Call;
import dev.troupe.program.Program;
import dev.troupe.schedule.EnginePrices;
import dev.troupe.schedule.Warmth;
import dev.troupe.simulation.RankedQueue.Ranking;
import java.util.Random;

/// Orders that need no memory of their own.
final class Rankings {

  // Programs' ids differ in their last digits; a generator's first number would hardly.
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private Rankings() {}

  /// The program that came first goes first.
  static Ranking programArrival(Conduct.Programs programs) {
    return (waiting, _) -> programs.of(waiting.call().program()).trace().arrivalNanos();
  }

  /// The program that needs least goes first. Optimal for the mean of one server with preemption;
  /// here the nearest thing to it.
  static Ranking remainingWork(Conduct.Programs programs, Warmth warmth) {
    return (waiting, _) -> {
      var call = programs.of(waiting.call().id());
      int cached = warmth.mostCachedTokens(waiting.call());
      return call.program().remaining().remainingNanos(call.position(), cached);
    };
  }

  /// What a program's next call costs, as a node reckons it, times the calls that remain, which no
  /// node knows: what is left to gain for an order that guesses how programs end.
  ///
  /// @param error by how much the number is wrong: the standard deviation of its logarithm. A
  ///     program's is drawn once, from its id
  static Ranking remainingCalls(
      Conduct.Programs programs, EnginePrices prices, Warmth warmth, double error) {
    return (waiting, _) -> {
      var call = waiting.call();
      int remaining = programs.of(call.program()).remaining().remainingCalls();
      return costNanos(call, prices, warmth) * remaining * factor(call.program(), error);
    };
  }

  private static double costNanos(Call call, EnginePrices prices, Warmth warmth) {
    return prices.callNanos(
        call.promptTokens(), warmth.mostCachedTokens(call), call.outputTokens());
  }

  private static double factor(Program.Id program, double error) {
    return Math.exp(error * new Random(program.value().hashCode() * SPREAD).nextGaussian());
  }
}
