package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.actor.EngineTransport.Header;
import dev.troupe.gateway.GatewayFixture.TakenCall;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientGoneTest {

  private static final int TRIES = 5;
  private static final String STREAM = ",\"stream\":true";
  private static final ByteString EVENT = ByteString.fromString("data: {}\n\n");

  private GatewayFixture gateway;

  /// Where a call is when its client goes.
  private enum Phase {
    WAITING {
      @Override
      void reach(RawClient client, GatewayFixture gateway) throws Exception {
        client.postChat("", "");
      }
    },
    WAITING_AS_LAST_REQUEST {
      @Override
      void reach(RawClient client, GatewayFixture gateway) throws Exception {
        client.postChat("", "Connection: close\r\n");
      }
    },
    KEPT_ALIVE {
      @Override
      void reach(RawClient client, GatewayFixture gateway) throws Exception {
        client.postChat(STREAM, "");
        client.readUntil(": waiting");
      }
    },
    STREAMING {
      @Override
      void reach(RawClient client, GatewayFixture gateway) throws Exception {
        client.postChat(STREAM, "");
        var call = gateway.started.poll(30, TimeUnit.SECONDS);
        gateway.started.add(call);
        call.streams(Source.single(EVENT).concat(Source.maybe()));
        client.readUntil("data: {}");
      }
    },
    ANSWERING {
      @Override
      void reach(RawClient client, GatewayFixture gateway) throws Exception {
        client.postChat("", "");
        var call = gateway.started.poll(30, TimeUnit.SECONDS);
        gateway.started.add(call);
        call.answers(
            200,
            List.of(
                new Header("content-type", "application/json"), new Header("content-length", "9")),
            Source.from(List.of(ByteString.fromString("{\"a\""), ByteString.fromString(":")))
                .concat(Source.maybe()));
        client.readUntil("{\"a\"");
      }
    };

    abstract void reach(RawClient client, GatewayFixture gateway) throws Exception;
  }

  @BeforeAll
  void start() {
    gateway = new GatewayFixture("keep-alive-after = 20ms, keep-alive-interval = 20ms");
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @EnumSource
  void abandonsTheCallOfAClientThatCloses(Phase phase) throws Exception {
    assertThat(medianMillis(phase, false)).isLessThan(200);
  }

  @ParameterizedTest
  @EnumSource
  void abandonsTheCallOfAClientThatIsKilled(Phase phase) throws Exception {
    assertThat(medianMillis(phase, true)).isLessThan(200);
  }

  @Test
  void answersTheLastRequestOfAConnection() throws Exception {
    try (var client = new RawClient(gateway.port())) {
      client.postChat("", "Connection: close\r\n");
      gateway.taken().answers(200, "{\"id\":1}");

      assertThat(client.readUntil("{\"id\":1}")).startsWith("HTTP/1.1 200");
    }
    assertThat(gateway.abandoned).isEmpty();
  }

  @Test
  void leavesEndedCallsAloneWhenTheirConnectionEnds() throws Exception {
    TakenCall open;
    try (var client = new RawClient(gateway.port())) {
      for (int call = 0; call < 3; call++) {
        client.postChat("", "");
        gateway.taken().answers(200, "{\"id\":" + call + "}");
        client.readUntil("{\"id\":" + call + "}");
      }
      client.postChat("", "");
      open = gateway.taken();
    }

    // The calls before would have been abandoned first.
    assertThat(gateway.abandoned.poll(30, TimeUnit.SECONDS).call())
        .isEqualTo(open.start().call().id());
    assertThat(gateway.abandoned).isEmpty();
  }

  /// The median, because the machine that tests is shared.
  private double medianMillis(Phase phase, boolean isKilled) throws Exception {
    var millis = new double[TRIES];
    for (int round = 0; round < TRIES; round++) {
      var client = new RawClient(gateway.port());
      phase.reach(client, gateway);
      var call = gateway.taken();
      long goneAt = System.nanoTime();
      if (isKilled) {
        client.reset();
      } else {
        client.close();
      }
      var abandon = gateway.abandoned.poll(30, TimeUnit.SECONDS);
      millis[round] = (System.nanoTime() - goneAt) / 1e6;
      assertThat(abandon).isNotNull();
      assertThat(abandon.call()).isEqualTo(call.start().call().id());
    }
    return IntStream.range(0, TRIES)
        .mapToDouble(round -> millis[round])
        .sorted()
        .toArray()[TRIES / 2];
  }
}
