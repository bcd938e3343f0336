package dev.troupe.program;

import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;

/// One LLM request of a program, as facts. The prompt itself stays on the caller's node.
///
/// @param promptTokens estimated length of the whole prompt
/// @param outputTokens what the call is expected to generate: a usual amount, or the most it may where
///     that is less
/// @param prefix beginnings of the prompt, for placement near its KV cache
/// @param parents calls of the same program whose results this one needs; empty when not known
public record Call(
    Id id,
    Program.Id program,
    ModelPool pool,
    int promptTokens,
    int outputTokens,
    PrefixChain prefix,
    List<Id> parents) {

  /// Names a call, among those of all programs.
  public record Id(String value) {

    private static final int FINGERPRINT_LENGTH = 17;

    public Id {
      Identifiers.check("call id", value);
    }

    /// The id of a call that has a name in its program: the name, with the program's fingerprint.
    public static Id of(Program.Id program, String name) {
      long fingerprint =
          Fingerprint.chain(
              Fingerprint.of(program.tenant().name()), Fingerprint.of(program.value()));
      boolean fits = name.length() + FINGERPRINT_LENGTH <= Identifiers.MAX_LENGTH;
      return new Id(
          (fits ? name : HexFormat.of().toHexDigits(Fingerprint.of(name)))
              + '@'
              + HexFormat.of().toHexDigits(fingerprint));
    }
  }

  public Call {
    parents = List.copyOf(parents);
    if (promptTokens < 0 || outputTokens < 0) {
      throw new IllegalArgumentException("token counts must not be negative");
    }
  }

  /// What a call is expected to generate.
  ///
  /// @param limit the most that it may, where it says so
  /// @param usual what calls generate that may
  public static int expectedOutputTokens(OptionalInt limit, int usual) {
    return Math.min(limit.orElse(usual), usual);
  }

  /// Tokens of KV cache the call may come to hold, prefix shared with others included.
  public long kvTokens() {
    return (long) promptTokens + outputTokens;
  }
}
