package dev.troupe.connector;

import dev.troupe.program.Reason;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/// Reads the body of an answer as its bytes pass by. Not thread-safe.
sealed interface BodyReader permits EventStreamReader, JsonBodyReader, OpaqueBodyReader {

  /// Reads the next bytes.
  ///
  /// @return the bytes for the client: mostly the same; empty when there are none yet
  ByteString read(ByteString bytes);

  /// Takes note that there are no more bytes.
  ///
  /// @return bytes for the client that were held back
  ByteString end();

  /// Whether output has been seen.
  boolean hasBegun();

  /// What was wrong with the whole body.
  Optional<Reason> failure();
}
