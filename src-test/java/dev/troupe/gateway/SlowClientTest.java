package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class SlowClientTest {

  private static final ByteString EVENT =
      ByteString.fromString("data: " + "x".repeat(8192) + "\n\n");

  /// More than all buffers on the way hold, and far less than an engine could send meanwhile.
  private static final long BUFFERED_BYTES = 32L << 20;

  @Test
  void slowsOnlyItself() throws Exception {
    var pulledBytes = new AtomicLong();
    try (var gateway = new GatewayFixture("");
        var slow = new RawClient(gateway.port(), 4096)) {
      slow.postChat(",\"stream\":true", "");
      gateway
          .taken()
          .streams(
              Source.repeat(EVENT)
                  .map(event -> {
                    pulledBytes.addAndGet(event.size());
                    return event;
                  }));
      slow.readUntil("data: x");

      // 20 times 8 MB pass another client meanwhile.
      for (int round = 0; round < 20; round++) {
        var fast = gateway.chat(",\"stream\":true");
        gateway.taken().streams(Source.from(Collections.nCopies(1000, EVENT)));
        assertThat(fast.join().body()).hasSize(1000 * EVENT.size());
      }

      assertThat(pulledBytes.get()).isLessThan(BUFFERED_BYTES);
    }
  }
}
