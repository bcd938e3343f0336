package dev.troupe.run;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;

/// How many tokens a text has by a common vocabulary, `cl100k_base`: exact for the models that use it, near
/// for others' prose.
///
/// The first use reads the vocabulary, for some tenths of a second; then some 10 MB of text take a second.
public final class TokenCount {

  /// Read when it is first needed.
  private static final class Vocabulary {
    private static final Encoding ENCODING =
        Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);
  }

  private TokenCount() {}

  /// At least 1. What looks like a mark of the vocabulary's own counts as text.
  public static int of(String text) {
    return Math.max(1, Vocabulary.ENCODING.countTokensOrdinary(text));
  }
}
