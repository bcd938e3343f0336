package dev.troupe.actor;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/// A file that a recording grows in, by whole lines: several nodes of a machine may write to one.
/// Confined; writing blocks.
final class RecordingFile implements Closeable {

  /// What is held back before it is written.
  private static final int PENDING_BYTES = 1 << 16;

  private final FileChannel channel;
  private final long maxBytes;
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream(PENDING_BYTES);

  private RecordingFile(FileChannel channel, long maxBytes) {
    this.channel = channel;
    this.maxBytes = maxBytes;
  }

  /// Goes on behind what is in the file; a last line that was cut off stays a line of its own.
  static RecordingFile open(Path file, long maxBytes) throws IOException {
    var recording =
        new RecordingFile(
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND),
            maxBytes);
    if (endsInsideALine(file)) {
      recording.pending.write('\n');
    }
    return recording;
  }

  private static boolean endsInsideALine(Path file) throws IOException {
    try (var content = FileChannel.open(file, StandardOpenOption.READ)) {
      var last = ByteBuffer.allocate(1);
      return content.size() > 0
          && content.read(last, content.size() - 1) == 1
          && last.get(0) != '\n';
    }
  }

  /// Adds a call, in the file at the latest when it is [#flush]ed.
  ///
  /// @return whether there is room for more
  boolean add(Recorder.Served served, Instant at) throws IOException {
    RecordingLine.write(served, at, pending);
    return pending.size() < PENDING_BYTES || flush();
  }

  /// Writes what is held back, unless the file would become too large.
  ///
  /// @return whether there was room for it
  boolean flush() throws IOException {
    boolean fits = channel.size() + pending.size() <= maxBytes;
    if (fits) {
      var lines = ByteBuffer.wrap(pending.toByteArray());
      while (lines.hasRemaining()) {
        channel.write(lines);
      }
    }
    pending.reset();
    return fits;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
