package dev.troupe.cluster;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes values as CBOR ([RFC 8949](https://www.rfc-editor.org/rfc/rfc8949)), in the shortest form of each; maps
/// are of no said length, as Jackson writes them. Confined.
final class CborWriter {

  private static final int FIRST_BYTES = 512;

  private byte[] bytes = new byte[FIRST_BYTES];
  private int length;

  byte[] written() {
    return Arrays.copyOf(bytes, length);
  }

  /// Begins a map.
  void open() {
    initial(Cbor.MAP);
  }

  /// Ends a map.
  void close() {
    initial(Cbor.BREAK);
  }

  void array(int size) {
    head(Cbor.ARRAY, size);
  }

  void none() {
    initial(Cbor.NULL);
  }

  void flag(boolean value) {
    initial(value ? Cbor.TRUE : Cbor.FALSE);
  }

  void number(long value) {
    if (value >= 0) {
      head(Cbor.POSITIVE, value);
    } else {
      head(Cbor.NEGATIVE, ~value);
    }
  }

  void text(String value) {
    content(Cbor.TEXT, value.getBytes(StandardCharsets.UTF_8));
  }

  void binary(byte[] value) {
    content(Cbor.BINARY, value);
  }

  /// Writes what is CBOR already, such as a key.
  void raw(byte[] cbor) {
    ensure(cbor.length);
    System.arraycopy(cbor, 0, bytes, length, cbor.length);
    length += cbor.length;
  }

  private void content(int major, byte[] value) {
    head(major, value.length);
    raw(value);
  }

  private void initial(int value) {
    ensure(1);
    bytes[length++] = (byte) value;
  }

  private void head(int major, long argument) {
    ensure(1 + Long.BYTES);
    if (argument < Cbor.ONE_BYTE) {
      bytes[length++] = (byte) (major | argument);
    } else if (argument <= 0xFF) {
      head(major | Cbor.ONE_BYTE, argument, 1);
    } else if (argument <= 0xFFFF) {
      head(major | Cbor.TWO_BYTES, argument, 2);
    } else if (argument <= 0xFFFF_FFFFL) {
      head(major | Cbor.FOUR_BYTES, argument, 4);
    } else {
      head(major | Cbor.EIGHT_BYTES, argument, 8);
    }
  }

  private void head(int initial, long argument, int size) {
    bytes[length++] = (byte) initial;
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
      bytes[length++] = (byte) (argument >>> shift);
    }
  }

  private void ensure(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
