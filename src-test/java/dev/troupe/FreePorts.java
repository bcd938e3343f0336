package dev.troupe;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/// Ports of this machine for what a test starts, and starts again, at an address that is known
/// beforehand. None of those that systems give away by themselves: a process may take seconds until it
/// listens, and another test would have got its port.
public final class FreePorts {

  private static final int FIRST = 15_000;
  private static final int COUNT = 17_000;

  /// Processes that test beside each other begin far from each other.
  private static final AtomicLong NEXT = new AtomicLong(ProcessHandle.current().pid() * 7_919);

  private FreePorts() {}

  public static int one() {
    return of(1).getFirst();
  }

  /// Each is given away once, until all have been.
  public static List<Integer> of(int count) {
    return LongStream.generate(NEXT::getAndIncrement)
        .limit(COUNT)
        .mapToInt(at -> FIRST + (int) (at % COUNT))
        .filter(FreePorts::isFree)
        .limit(count)
        .boxed()
        .toList();
  }

  private static boolean isFree(int port) {
    try (var _ = new ServerSocket(port)) {
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
