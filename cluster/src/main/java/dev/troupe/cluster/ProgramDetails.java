package dev.troupe.cluster;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramPriority;
import dev.troupe.program.ProgramView;
import dev.troupe.program.ProgramView.CallView;
import dev.troupe.program.Standing;
import dev.troupe.program.Usage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// A program as stored bytes: CBOR, components by place instead of by name, a third of the size.
///
/// The format has a number, stored beside the bytes; a change of the records is a new number. One more
/// component behind the others is none: it is passed over by those who do not know it, and 0 or empty where
/// it was not written.
final class ProgramDetails {

  static final int FORMAT = 1;

  /// More than this does not fit a row. What a program says of itself is left out then.
  static final int MAX_BYTES = 1_000_000;

  private static final ObjectMapper CBOR =
      CBORMapper.builder()
          .addModules(new ParameterNamesModule(), new Jdk8Module(), new CompactModule())
          .addMixIn(ProgramView.class, ByPlace.class)
          .addMixIn(CallView.class, ByPlace.class)
          .addMixIn(Standing.class, ByPlace.class)
          .addMixIn(Usage.class, ByPlace.class)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  private interface ByPlace {}

  private ProgramDetails() {}

  static byte[] pack(ProgramView program) {
    var whole = write(program);
    return whole.length <= MAX_BYTES ? whole : write(program.withoutDetails());
  }

  /// What is kept of a program. Of bytes in a format that is not known here, and of broken ones, only
  /// the standing is.
  static ProgramView unpack(Program.Id id, Standing standing, int format, byte[] details) {
    if (format != FORMAT) {
      return onlyStanding(id, standing);
    }
    try {
      return CBOR.readValue(details, ProgramView.class).withStanding(standing);
    } catch (IOException _) {
      return onlyStanding(id, standing);
    }
  }

  private static ProgramView onlyStanding(Program.Id id, Standing standing) {
    return new ProgramView(
        id,
        ProgramView.State.IDLE,
        Optional.empty(),
        "stored",
        Map.of(),
        standing,
        false,
        false,
        0,
        0,
        Optional.empty(),
        standing.endedCalls(),
        standing.endedCalls(),
        0,
        0,
        0,
        0,
        List.of(),
        List.of(),
        ProgramPriority.DEFAULT,
        OptionalInt.empty(),
        0);
  }

  private static byte[] write(ProgramView program) {
    try {
      return CBOR.writeValueAsBytes(program);
    } catch (JsonProcessingException wrong) {
      throw new IllegalArgumentException("cannot be stored: " + program.id(), wrong);
    }
  }
}
