package dev.troupe.program;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.troupe.engine.EngineId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// What a program tells its scheduler of how many calls are to come.
class ProgramRecordRemainingTest {

  private static final Program.Id PROGRAM = new Program.Id(Tenant.ANYONE, "p1");
  private static final ProgramSettings SETTINGS = ProgramSettings.of(ConfigFactory.load());

  private final ProgramRecord program = new ProgramRecord(PROGRAM, SETTINGS, 0);

  @Test
  void callsTellWhatIsToComeAfterThem() {
    assertThat(submit(program, "c1")).isEmpty();
    end("c1");

    program.expects(3, 0);

    assertThat(submit(program, "c2")).hasValue(2);
    end("c2");
    assertThat(submit(program, "c3")).hasValue(1);
    assertThat(program.view(0).remainingCalls()).hasValue(1);
  }

  @Test
  void aCallThatWaitsKeepsWhatItWasToldWhenItCame() {
    program.expects(2, 0);
    submit(program, "c1");
    program.expects(7, 0);

    assertThat(submit(program, "c1")).hasValue(1);
    assertThat(submit(program, "c2")).hasValue(6);
  }

  @Test
  void registeredCallsAreAmongThem() {
    program.expects(3, 0);
    program.registered(new Call.Id("elsewhere"), List.of(), 0);

    assertThat(submit(program, "c1")).hasValue(1);
    end("c1");
    // It had come before.
    assertThat(program.registered(new Call.Id("elsewhere"), List.of(), 0).remainingCalls())
        .hasValue(2);
    assertThat(submit(program, "c2")).hasValue(0);
  }

  @Test
  void aCallThatIsRefusedAndComesAgainCountsOnce() {
    program.expects(2, 0);
    for (int attempt = 0; attempt < 9; attempt++) {
      assertThat(submit(program, "c1-" + attempt)).hasValue(1);
      program.withdrawn(new Call.Id("c1-" + attempt), 0);
    }

    assertThat(submit(program, "c2")).hasValue(1);
  }

  @Test
  void aProgramThatGoesOnAfterItsEndIsNotBelievedAnyMore() {
    for (int call = 1; call <= 2; call++) {
      program.expects(1, 0);
      assertThat(submit(program, "c" + call)).hasValue(0);
      end("c" + call);
    }
    program.expects(1, 0);

    assertThat(submit(program, "c3")).isEmpty();
    assertThat(program.view(0).remainingCalls()).isEmpty();
  }

  /// Of five one has ended and one is open when the node is lost; the open one comes again.
  @Test
  void itsNextLifeGoesOn() {
    program.expects(5, 0);
    submit(program, "c1");
    end("c1");
    submit(program, "c2");

    var next = new ProgramRecord(PROGRAM, SETTINGS, 0);
    next.restore(program.view(0), 0);

    assertThat(submit(next, "c2")).hasValue(3);
    assertThat(submit(next, "c3")).hasValue(2);
  }

  /// The call goes on where it is, and only its end is told to the next life.
  @Test
  void aCallThatEndsInTheNextLifeIsNotToCome() {
    program.expects(3, 0);
    submit(program, "c1");

    var next = new ProgramRecord(PROGRAM, SETTINGS, 0);
    next.restore(program.view(0), 0);
    end(next, "c1");

    assertThat(submit(next, "c2")).hasValue(1);
    assertThat(submit(next, "c3")).hasValue(0);
  }

  /// What storage has is older than the call, and is heard when it has ended.
  @Test
  void aCallThatStorageHasNotHeardOfIsNotToCome() {
    program.expects(3, 0);
    var kept = program.view(0);

    var next = new ProgramRecord(PROGRAM, SETTINGS, 0);
    end(next, "c1");
    next.restore(kept, 0);

    assertThat(submit(next, "c2")).hasValue(1);
  }

  /// Its end is told again, since the answer was lost with the node.
  @Test
  void aCallThatEndsInBothLivesCountsOnce() {
    program.expects(3, 0);
    submit(program, "c1");
    end("c1");

    var next = new ProgramRecord(PROGRAM, SETTINGS, 0);
    end(next, "c1");
    next.restore(program.view(0), 0);

    assertThat(submit(next, "c2")).hasValue(1);
  }

  /// The program was closed and declared anew while its call was being cancelled.
  @Test
  void aCallThatBeganBeforeSomethingWasSaidIsNoneOfThese() {
    submit(program, "c1");
    program.close(ProgramView.State.COMPLETED, 0);
    program.opened(false, Optional.empty(), Map.of(), 0);
    program.expects(3, 0);
    end("c1");

    assertThat(submit(program, "c2")).hasValue(2);
  }

  @Test
  void aProgramThatWasClosedSaysNothingWhenItGoesOn() {
    program.expects(100, 0);
    submit(program, "c1");
    end("c1");
    program.close(ProgramView.State.COMPLETED, 0);

    assertThat(program.view(0).remainingCalls()).isEmpty();
    assertThat(submit(program, "c2")).isEmpty();
    end("c2");
    program.expects(7, 0);
    assertThat(submit(program, "c3")).hasValue(6);
  }

  @Test
  void aProgramThatWasSilentForTooLongSaysNothingWhenItGoesOn() {
    program.expects(100, 0);

    var next = new ProgramRecord(PROGRAM, SETTINGS, 0);
    next.restore(program.view(0).later(SETTINGS.idleTimeout().toNanos() + 1), 0);

    assertThat(submit(next, "c1")).isEmpty();
  }

  private static OptionalInt submit(ProgramRecord program, String id) {
    var call =
        new Call(
            new Call.Id(id),
            PROGRAM,
            new ModelPool("any-model"),
            100,
            10,
            PrefixChain.EMPTY,
            List.of());
    return program.submit(call, "test", Optional.empty(), Standing.NEW, 0, 0).remainingCalls();
  }

  private void end(String id) {
    end(program, id);
  }

  private static void end(ProgramRecord program, String id) {
    var engine = new EngineId("e1");
    program.granted(new Call.Id(id), engine, 0, false, 0, 0);
    program.ended(
        new Call.Id(id), engine, Usage.NONE, SECONDS.toNanos(1), CallOutcome.COMPLETED, 0);
  }
}
