package dev.troupe.gateway;

import dev.troupe.program.Call;
import dev.troupe.program.Program;

/// One thing that a gateway has remembered, for the others to remember too.
sealed interface Note {

  /// Names of members and other things that every note has.
  int FRAME_BYTES = 200;

  /// Bytes in a message between nodes: no fewer than it takes.
  int bytes();

  /// A call of a chat, and how a request that follows it looks.
  record OfChat(Turn turn, Marks marks) implements Note {
    @Override
    public int bytes() {
      return Note.bytes(turn) + marks.count() * Note.NUMBER_BYTES;
    }
  }

  /// A call of a text completion.
  record OfPrompt(PromptTrace trace) implements Note {
    @Override
    public int bytes() {
      return Note.bytes(trace.turn());
    }
  }

  /// A call that another has followed.
  record OfFollowed(Call.Id call) implements Note {
    @Override
    public int bytes() {
      return Note.bytes(call.value());
    }
  }

  /// The latest call of a name.
  ///
  /// @param count calls that have had the name
  record OfName(Program.Id program, String name, Call.Id latest, int count) implements Note {
    @Override
    public int bytes() {
      return FRAME_BYTES + Note.bytes(program) + Note.bytes(name) + Note.bytes(latest.value());
    }
  }

  /// A number of 64 bits in CBOR.
  int NUMBER_BYTES = 9;

  private static int bytes(Turn turn) {
    return FRAME_BYTES + bytes(turn.program()) + bytes(turn.call().value());
  }

  private static int bytes(Program.Id program) {
    return bytes(program.tenant().name()) + bytes(program.value());
  }

  /// A character of UTF-16 takes three bytes at most, a length before them five.
  private static int bytes(String text) {
    return 3 * text.length() + 5;
  }
}
