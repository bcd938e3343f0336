package dev.troupe.connector;

import dev.troupe.program.Reason;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/// Passes on a body of which nothing needs to be known, such as that of an error.
final class OpaqueBodyReader implements BodyReader {

  @Override
  public ByteString read(ByteString bytes) {
    return bytes;
  }

  @Override
  public ByteString end() {
    return ByteString.emptyByteString();
  }

  @Override
  public boolean hasBegun() {
    return false;
  }

  @Override
  public Optional<Reason> failure() {
    return Optional.empty();
  }
}
