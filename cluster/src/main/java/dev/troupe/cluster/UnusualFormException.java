package dev.troupe.cluster;

import java.io.Serial;

/// Bytes are not what [CborReader] expects, though they may well be a message: of another build, or in another order.
final class UnusualFormException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  UnusualFormException(String what) {
    super(what, null, false, false);
  }
}
