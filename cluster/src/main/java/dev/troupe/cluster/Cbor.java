package dev.troupe.cluster;

/// First bytes of CBOR's values: [RFC 8949, section 3](https://www.rfc-editor.org/rfc/rfc8949#section-3).
final class Cbor {

  // Major types, whose lower five bits are an argument below ONE_BYTE, or say how long that is.
  static final int POSITIVE = 0x00;
  static final int NEGATIVE = 0x20;
  static final int BINARY = 0x40;
  static final int TEXT = 0x60;
  static final int ARRAY = 0x80;
  static final int MAJOR_BITS = 0xE0;

  static final int ONE_BYTE = 24;
  static final int TWO_BYTES = 25;
  static final int FOUR_BYTES = 26;
  static final int EIGHT_BYTES = 27;

  /// A map that lasts until [#BREAK].
  static final int MAP = 0xBF;

  static final int BREAK = 0xFF;
  static final int FALSE = 0xF4;
  static final int TRUE = 0xF5;
  static final int NULL = 0xF6;

  private Cbor() {}
}
