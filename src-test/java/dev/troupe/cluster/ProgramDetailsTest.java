package dev.troupe.cluster;

import static dev.troupe.cluster.ProgramSamples.programWithOpenCalls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.engine.EngineId;
import dev.troupe.program.Call;
import dev.troupe.program.CallOutcome;
import dev.troupe.program.ProgramRecord;
import dev.troupe.program.ProgramSettings;
import dev.troupe.program.ProgramView;
import dev.troupe.program.Usage;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ProgramDetailsTest {

  private static final ProgramView PROGRAM = programWithOpenCalls("a", 1, 1);

  /// The same program as it was stored before programs had a priority.
  private static final String WITHOUT_PRIORITY =
      "9fbf6674656e616e746461636d656576616c75656161ff6449444c45bf6674656e616e746461636d6565"
          + "76616c756566706172656e74ff6c782d70726f6772616d2d6964bf647465616d66736561726368ff9f1a"
          + "3b9aca001a1dcd65000701fff5f4191388190bb81903e80101001864185a0a8268656e67696e652d3168"
          + "656e67696e652d32829f666f70656e2d306752554e4e494e47801b0000000218711a001a003d09001a3b"
          + "9aca0000f69f000000fff6ff9f782430653866326436632d376135312d346335352d623161372d303030"
          + "30303030303030303069434f4d504c45544544801b0000000218711a001a003d09001a3b9aca0000029f"
          + "192ee0192af819012cff68656e67696e652d31ffff";

  @Test
  void readsAProgramThatWasStoredBeforeThereWerePriorities() {
    var read = unpacked(HexFormat.of().parseHex(WITHOUT_PRIORITY));

    assertThat(read.priority()).isZero();
    assertThat(read.remainingCalls()).isEmpty();
    assertThat(read.calls()).isEqualTo(PROGRAM.calls());
    assertThat(read.metadata()).isEqualTo(PROGRAM.metadata());
  }

  @Test
  void keepsThePriorityAndTheRemainingCalls() {
    assertThat(unpacked(ProgramDetails.pack(PROGRAM))).isEqualTo(PROGRAM);
    assertThat(PROGRAM.priority()).isEqualTo(2);
    assertThat(PROGRAM.remainingCalls()).hasValue(9);
  }

  @Test
  void keepsThatACallWasCancelled() {
    var settings =
        new ProgramSettings(Duration.ofHours(1), Duration.ofMinutes(2), 20_000, 64, 4096);
    var record = new ProgramRecord(PROGRAM.id(), settings, 0);
    record.ended(new Call.Id("c"), new EngineId("e"), Usage.NONE, 7, CallOutcome.CANCELLED, 9);
    var program = record.view(9).withStanding(PROGRAM.standing());

    assertThat(unpacked(ProgramDetails.pack(program))).isEqualTo(program);
    assertThat(program.cancelledCalls()).isEqualTo(1);
  }

  /// As an earlier build passes over the priority.
  @Test
  void passesOverWhatALaterBuildPutsBehind() {
    var written = ProgramDetails.pack(PROGRAM);
    // The array's end, 0xff, moves behind one more number.
    var withMore = Arrays.copyOf(written, written.length + 1);
    withMore[written.length - 1] = 7;
    withMore[written.length] = (byte) 0xff;

    assertThat(unpacked(withMore)).isEqualTo(PROGRAM);
  }

  private static ProgramView unpacked(byte[] details) {
    return ProgramDetails.unpack(PROGRAM.id(), PROGRAM.standing(), ProgramDetails.FORMAT, details);
  }
}
