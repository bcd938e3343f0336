package dev.troupe.cluster;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads CBOR whose content is known beforehand, as [CborWriter] and Jackson write it. Every method throws
/// [UnusualFormException] where something else comes, or nothing. Confined.
final class CborReader {

  private final byte[] bytes;
  private int at;

  CborReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Begins a map.
  void open() {
    expect(Cbor.MAP);
  }

  /// Ends a map.
  void close() {
    expect(Cbor.BREAK);
  }

  /// Passes over what is to come next, such as a key.
  void pass(byte[] cbor) {
    int end = at + cbor.length;
    if (end > bytes.length || !Arrays.equals(bytes, at, end, cbor, 0, cbor.length)) {
      throw new UnusualFormException("another key");
    }
    at = end;
  }

  /// @return the size; no more than there are bytes left
  int array() {
    return size(Cbor.ARRAY);
  }

  /// Passes over a null, if it comes next.
  boolean isNone() {
    boolean isNone = at < bytes.length && (bytes[at] & 0xFF) == Cbor.NULL;
    if (isNone) {
      at++;
    }
    return isNone;
  }

  boolean flag() {
    return switch (next()) {
      case Cbor.TRUE -> true;
      case Cbor.FALSE -> false;
      default -> throw new UnusualFormException("no boolean");
    };
  }

  int integer() {
    long number = number();
    if (number != (int) number) {
      throw new UnusualFormException("a larger number");
    }
    return (int) number;
  }

  long number() {
    int initial = next();
    long argument = argument(initial);
    return switch (initial & Cbor.MAJOR_BITS) {
      case Cbor.POSITIVE -> argument;
      case Cbor.NEGATIVE -> ~argument;
      default -> throw new UnusualFormException("no integer");
    };
  }

  String text() {
    int size = size(Cbor.TEXT);
    at += size;
    return new String(bytes, at - size, size, StandardCharsets.UTF_8);
  }

  byte[] binary() {
    int size = size(Cbor.BINARY);
    at += size;
    return Arrays.copyOfRange(bytes, at - size, at);
  }

  /// Nothing more is to come.
  void end() {
    if (at < bytes.length) {
      throw new UnusualFormException("more bytes");
    }
  }

  private int size(int major) {
    int initial = next();
    if ((initial & Cbor.MAJOR_BITS) != major) {
      throw new UnusualFormException("another type");
    }
    long size = argument(initial);
    if (size > bytes.length - at) {
      throw new UnusualFormException("too few bytes");
    }
    return (int) size;
  }

  private long argument(int initial) {
    int said = initial & ~Cbor.MAJOR_BITS;
    if (said < Cbor.ONE_BYTE) {
      return said;
    }
    int size =
        switch (said) {
          case Cbor.ONE_BYTE -> 1;
          case Cbor.TWO_BYTES -> 2;
          case Cbor.FOUR_BYTES -> 4;
          case Cbor.EIGHT_BYTES -> 8;
          default -> throw new UnusualFormException("no such argument");
        };
    long argument = 0;
    for (int count = 0; count < size; count++) {
      argument = argument << 8 | next();
    }
    if (argument < 0) {
      throw new UnusualFormException("a number beyond 64 bits");
    }
    return argument;
  }

  private void expect(int initial) {
    if (next() != initial) {
      throw new UnusualFormException("another type");
    }
  }

  private int next() {
    if (at == bytes.length) {
      throw new UnusualFormException("too few bytes");
    }
    return bytes[at++] & 0xFF;
  }
}
