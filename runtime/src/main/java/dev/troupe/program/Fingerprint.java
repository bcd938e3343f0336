package dev.troupe.program;

import net.openhft.hashing.LongHashFunction;

/// 64-bit fingerprints of prompts and answers (xxHash, XXH3 variant). Not cryptographic: good for
/// recognizing, never for authorizing.
public final class Fingerprint {

  private static final LongHashFunction XXH3 = LongHashFunction.xx3();

  private Fingerprint() {}

  public static long of(byte[] bytes, int from, int length) {
    return XXH3.hashBytes(bytes, from, length);
  }

  public static long of(String text) {
    return XXH3.hashChars(text);
  }

  /// The fingerprint of an answer's text, by which it is recognized when a client sends it back. White
  /// space around it does not count, because clients trim; a blank text has 0.
  public static long ofAnswer(String text) {
    String stripped = text.strip();
    return stripped.isEmpty() ? 0 : of(stripped);
  }

  /// The fingerprint of a sequence, from that of its beginning and that of its next part.
  public static long chain(long beginning, long next) {
    return XXH3.hashLongs(new long[] {beginning, next});
  }
}
