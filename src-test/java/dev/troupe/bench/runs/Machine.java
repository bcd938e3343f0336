package dev.troupe.bench.runs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;

/// What the machine itself takes, while whatever else it does goes on: nothing that hands work from thread to
/// thread, or waits for the disk, can be faster.
final class Machine {

  private static final int SEEN = 3_000;
  private static final int BLOCK_BYTES = 4_096;

  private Machine() {}

  /// From one thread's handing something over to another's having it.
  static Overhead handOver() {
    var millis = new double[SEEN];
    var queue = new SynchronousQueue<Long>();
    try (var other = Executors.newSingleThreadExecutor()) {
      other.execute(() -> {
        for (int each = 0; each < SEEN; each++) {
          long handed = taken(queue);
          millis[each] = (System.nanoTime() - handed) / 1e6;
        }
      });
      for (int each = 0; each < SEEN; each++) {
        // Not before the other waits for it again.
        while (!queue.offer(System.nanoTime())) {
          Thread.onSpinWait();
        }
      }
    }
    return new Overhead(millis, new double[] {0});
  }

  private static long taken(SynchronousQueue<Long> queue) {
    try {
      return queue.take();
    } catch (InterruptedException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// A block that is appended to a file and is on the disk.
  static Overhead write(Path folder) throws IOException {
    var millis = new double[SEEN / 10];
    var file = folder.resolve("blocks");
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int each = 0; each < millis.length; each++) {
        long begun = System.nanoTime();
        channel.write(ByteBuffer.allocate(BLOCK_BYTES));
        channel.force(false);
        millis[each] = (System.nanoTime() - begun) / 1e6;
      }
    }
    Files.delete(file);
    return new Overhead(millis, new double[] {0});
  }
}
