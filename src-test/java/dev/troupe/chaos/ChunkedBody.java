package dev.troupe.chaos;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// The content of a body in chunks. One that breaks off before its last chunk is an error.
final class ChunkedBody extends InputStream {

  private final InputStream in;
  private int left;
  private boolean isAtEnd;

  ChunkedBody(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    if (left == 0 && !isAtEnd) {
      left = Integer.parseInt(HttpCall.line(in).split(";")[0], 16);
      isAtEnd = left == 0;
    }
    if (isAtEnd) {
      return -1;
    }
    int read = in.read(bytes, from, Math.min(length, left));
    if (read < 0) {
      throw new EOFException("the connection was closed within the answer");
    }
    left -= read;
    if (left == 0) {
      HttpCall.line(in);
    }
    return read;
  }
}
