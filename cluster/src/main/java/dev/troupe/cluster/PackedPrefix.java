package dev.troupe.cluster;

import dev.troupe.program.PrefixChain;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// A prefix chain as bytes: for each boundary its hash in eight bytes, then the tokens since the
/// boundary before in one to five (seven bits each, lowest first, the top bit saying that more
/// follow). Boundaries a few hundred tokens apart take ten bytes each.
final class PackedPrefix {

  private static final int MAX_BYTES_PER_BOUNDARY = Long.BYTES + 5;

  private PackedPrefix() {}

  static byte[] pack(PrefixChain chain) {
    var packed = ByteBuffer.allocate(chain.length() * MAX_BYTES_PER_BOUNDARY);
    int before = 0;
    for (int at = 0; at < chain.length(); at++) {
      packed.putLong(chain.hash(at));
      putVarint(packed, chain.tokens(at) - before);
      before = chain.tokens(at);
    }
    packed.flip();
    var bytes = new byte[packed.remaining()];
    packed.get(bytes);
    return bytes;
  }

  static PrefixChain unpack(byte[] bytes) {
    var packed = ByteBuffer.wrap(bytes);
    // No boundary takes less than nine bytes.
    var hashes = new long[bytes.length / (Long.BYTES + 1)];
    var tokens = new int[hashes.length];
    int length = 0;
    int before = 0;
    while (packed.hasRemaining()) {
      hashes[length] = packed.getLong();
      before += varint(packed);
      tokens[length] = before;
      length++;
    }
    return new PrefixChain(Arrays.copyOf(hashes, length), Arrays.copyOf(tokens, length));
  }

  private static void putVarint(ByteBuffer out, int value) {
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      out.put((byte) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  private static int varint(ByteBuffer in) {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}
