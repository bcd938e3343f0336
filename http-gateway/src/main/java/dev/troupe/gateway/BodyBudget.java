package dev.troupe.gateway;

import java.util.concurrent.atomic.AtomicLong;

/// Bytes of request bodies that a node holds in memory, over all its connections, and the most it
/// may: a body stays for as long as its call, so their number alone bounds nothing.
final class BodyBudget {

  private final long maxBytes;
  private final AtomicLong heldBytes = new AtomicLong();

  BodyBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  long maxBytes() {
    return maxBytes;
  }

  long heldBytes() {
    return heldBytes.get();
  }

  /// A share for one body, of nothing yet.
  Share share() {
    return new Share();
  }

  /// What one body has of the budget. It is resized by the stream that reads the body, and released
  /// by whoever is done with that, on any thread and as often as they like.
  final class Share {

    private final AtomicLong bytes = new AtomicLong();

    private Share() {}

    /// @return false when the budget has no room; the share is then as before
    boolean resize(long wantedBytes) {
      long more = wantedBytes - bytes.get();
      if (more > 0 && !take(more)) {
        return false;
      }
      if (more < 0) {
        heldBytes.addAndGet(more);
      }
      bytes.addAndGet(more);
      return true;
    }

    void release() {
      heldBytes.addAndGet(-bytes.getAndSet(0));
    }

    private boolean take(long more) {
      long before = heldBytes.get();
      while (before + more <= maxBytes) {
        if (heldBytes.compareAndSet(before, before + more)) {
          return true;
        }
        before = heldBytes.get();
      }
      return false;
    }
  }
}
