package dev.troupe.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.engine.EngineId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/// A program that has moved, and storage that answers at some time or other.
class ProgramLivesPropertyTest {

  private static final Program.Id PROGRAM = new Program.Id(Tenant.ANYONE, "p1");
  private static final ProgramSettings SETTINGS =
      new ProgramSettings(Duration.ofHours(1), Duration.ofMinutes(2), 20_000, 64, 4096);

  /// @param earlier service of the calls of the first life, one behind the other
  /// @param later of those of the second
  /// @param heard calls of the second life that have ended when storage answers
  /// @param hinted calls of the first life that the second one's callers have heard of
  /// @param repeated whether the last end of the first life is told again
  @Property
  void nothingIsLostOrCountedTwiceWheneverStorageAnswers(
      @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 0, max = 1_000) Integer> earlier,
      @ForAll @Size(max = 20) List<@IntRange(min = 0, max = 1_000) Integer> later,
      @ForAll @IntRange(max = 20) int heard,
      @ForAll @IntRange(max = 20) int hinted,
      @ForAll boolean repeated) {
    var first = new ProgramRecord(PROGRAM, SETTINGS, 0);
    var hint = Standing.NEW;
    for (int i = 0; i < earlier.size(); i++) {
      serve(first, "earlier-" + i, earlier.get(i), Standing.NEW);
      hint = i < hinted ? first.standing() : hint;
    }
    var kept = first.view(0);

    var second = new ProgramRecord(PROGRAM, SETTINGS, 0);
    for (int i = 0; i <= later.size(); i++) {
      if (i == Math.min(heard, later.size())) {
        second.restore(kept, 0);
      }
      if (i == 0 && repeated) {
        end(second, "earlier-" + (earlier.size() - 1), earlier.getLast());
      }
      if (i < later.size()) {
        serve(second, "later-" + i, later.get(i), hint);
      }
    }

    long service = sum(earlier) + sum(later);
    assertThat(second.standing().attainedNanos()).isEqualTo(service);
    assertThat(second.standing().endedCalls()).isEqualTo(earlier.size() + later.size());
    assertThat(second.view(0).promptTokens()).isEqualTo(10L * (earlier.size() + later.size()));
    assertThat(second.view(0).failedCalls()).isZero();
  }

  private static long sum(List<Integer> service) {
    return service.stream().mapToLong(Integer::longValue).sum();
  }

  private static void serve(ProgramRecord program, String id, long serviceNanos, Standing hint) {
    var call =
        new Call(
            new Call.Id(id), PROGRAM, new ModelPool("any"), 10, 10, PrefixChain.EMPTY, List.of());
    program.submit(call, "test", Optional.empty(), hint, 0, 0);
    end(program, id, serviceNanos);
  }

  private static void end(ProgramRecord program, String id, long serviceNanos) {
    program.ended(
        new Call.Id(id),
        new EngineId("e1"),
        new Usage(10, 0, 1),
        serviceNanos,
        CallOutcome.COMPLETED,
        0);
  }
}
