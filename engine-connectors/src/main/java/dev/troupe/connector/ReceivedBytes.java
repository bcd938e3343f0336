package dev.troupe.connector;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.util.ByteString;

/// Body bytes that have been read and not handed on.
///
/// They are copied once, when a read is complete, so that no pooled buffer outlives its read.
final class ReceivedBytes {

  private final List<ByteBuf> parts = new ArrayList<>();
  private ByteString whole = ByteString.emptyByteString();

  /// @param bytes kept until the next [#join]
  void add(ByteBuf bytes) {
    parts.add(bytes.retain());
  }

  /// Joins what one read brought.
  void join() {
    var bytes = new byte[parts.stream().mapToInt(ByteBuf::readableBytes).sum()];
    int at = 0;
    for (var part : parts) {
      int size = part.readableBytes();
      part.readBytes(bytes, at, size);
      part.release();
      at += size;
    }
    parts.clear();
    whole = whole.concat(ByteString.fromArrayUnsafe(bytes));
  }

  boolean isEmpty() {
    return whole.isEmpty();
  }

  ByteString take() {
    var taken = whole;
    whole = ByteString.emptyByteString();
    return taken;
  }
}
