package dev.troupe.connector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.troupe.actor.EngineTransport.Exchange;
import dev.troupe.actor.EngineTransport.Header;
import dev.troupe.actor.EngineTransport.Request;
import dev.troupe.actor.EngineTransport.Response;
import dev.troupe.actor.EngineTransport.TransportException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NettyTransportTest {

  private static final String STREAM_HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

  private static final ActorTestKit testKit = ActorTestKit.create();

  // One loop, so that the second request finds the connection of the first.
  private final NettyTransport transport =
      NettyTransport.create(
          new TransportSettings(1, Duration.ofSeconds(2), Duration.ofSeconds(30), 64 * 1024));
  private final List<ScriptedEngine> engines = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    transport.close();
    for (var engine : engines) {
      engine.close();
    }
  }

  @AfterAll
  static void shutdown() {
    testKit.shutdownTestKit();
  }

  @Test
  void sendsThePartsOfABodyAsOne() throws Exception {
    var received = new CompletableFuture<ScriptedEngine.Received>();
    var engine =
        engine(line -> {
          received.complete(line.readRequest());
          line.answer("ok");
          line.awaitClose();
        });
    var body = randomBytes(1_000_000);

    var exchange =
        transport.send(
            new Request(
                "POST",
                engine.uri("/v1/chat/completions?a=b"),
                List.of(new Header("X-Kept", "1"), new Header("Connection", "close")),
                List.of(
                    ByteBuffer.wrap(body, 0, 10),
                    ByteBuffer.wrap(body, 10, 899_990),
                    ByteBuffer.wrap(body, 900_000, 100_000))));

    assertThat(text(get(exchange.response()))).isEqualTo("ok");
    assertThat(get(received).head()).startsWith("POST /v1/chat/completions?a=b HTTP/1.1\r\n");
    assertThat(get(received).hasHeader("x-kept: 1")).isTrue();
    assertThat(get(received).hasHeader("connection: close")).isFalse();
    assertThat(get(received).body()).isEqualTo(body);
  }

  @Test
  void handsAnAnswerOnByteForByte() throws Exception {
    var answer = randomBytes(3_000_000);
    var engine =
        engine(line -> {
          line.readRequest();
          line.write("HTTP/1.1 200 OK\r\nX-Any: thing\r\nTransfer-Encoding: chunked\r\n\r\n");
          var sizes = new Random(7);
          for (int at = 0; at < answer.length; ) {
            int size = Math.min(answer.length - at, 1 + sizes.nextInt(40_000));
            line.write(Integer.toHexString(size) + "\r\n");
            line.write(Arrays.copyOfRange(answer, at, at + size));
            line.write("\r\n");
            at += size;
          }
          line.write("0\r\n\r\n");
          line.awaitClose();
        });

    var response = get(post(engine).response());

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.headers()).containsExactly(new Header("X-Any", "thing"));
    assertThat(bytes(response)).isEqualTo(answer);
  }

  @Test
  void keepsStatusAndLengthOfAnAnswerThatIsNoSuccess() throws Exception {
    var engine =
        engine(line -> {
          line.readRequest();
          line.write("HTTP/1.1 429 Too Many\r\nContent-Length: 4\r\n\r\nbusy");
          line.awaitClose();
        });

    var response = get(post(engine).response());

    assertThat(response.status()).isEqualTo(429);
    assertThat(response.headers()).containsExactly(new Header("Content-Length", "4"));
    assertThat(text(response)).isEqualTo("busy");
  }

  @Test
  void answersOnlyWhenTheFirstByteOfTheBodyIsHere() throws Exception {
    var firstByte = new CountDownLatch(1);
    var engine =
        engine(line -> {
          line.readRequest();
          line.write("HTTP/1.1 100 Continue\r\n\r\n" + STREAM_HEAD);
          await(firstByte);
          line.writeChunk("data: 1\n\n");
          line.write("0\r\n\r\n");
          line.awaitClose();
        });

    var response = post(engine).response().toCompletableFuture();

    assertThatThrownBy(() -> response.get(200, MILLISECONDS)).isInstanceOf(TimeoutException.class);
    firstByte.countDown();
    assertThat(text(get(response))).isEqualTo("data: 1\n\n");
  }

  @Test
  void answersWithoutABodyWhenThereIsNone() throws Exception {
    var engine =
        engine(line -> {
          line.readRequest();
          line.write("HTTP/1.1 204 No Content\r\n\r\n");
          line.awaitClose();
        });

    assertThat(text(get(post(engine).response()))).isEmpty();
  }

  @Test
  void endsAnAnswerThatTheEngineEndsByClosing() throws Exception {
    var engine =
        engine(line -> {
          line.readRequest();
          line.write("HTTP/1.0 200 OK\r\n\r\nall of it");
        });

    assertThat(text(get(post(engine).response()))).isEqualTo("all of it");
  }

  @Test
  void usesAConnectionAgain() throws Exception {
    var engine = engine(NettyTransportTest::answerEach);

    for (int call = 0; call < 3; call++) {
      assertThat(text(get(post(engine).response()))).isEqualTo("ok");
    }

    assertThat(engine.connections()).isEqualTo(1);
  }

  @Test
  void opensAsManyConnectionsAsThereAreCalls() throws Exception {
    var all = new CountDownLatch(100);
    var engine =
        engine(line -> {
          line.readRequest();
          all.countDown();
          await(all);
          line.answer("ok");
          line.awaitClose();
        });

    var exchanges = new ArrayList<Exchange>();
    for (int call = 0; call < 100; call++) {
      exchanges.add(post(engine));
    }

    for (var exchange : exchanges) {
      assertThat(text(get(exchange.response()))).isEqualTo("ok");
    }
  }

  @Test
  void triesOnceMoreWhenAKeptConnectionTurnsOutToBeDead() throws Exception {
    var engine =
        engine(line -> {
          line.readRequest();
          line.answer("from " + line.number());
          line.readRequest();
          line.reset();
        });

    assertThat(text(get(post(engine).response()))).isEqualTo("from 1");
    assertThat(text(get(post(engine).response()))).isEqualTo("from 2");
  }

  @Test
  void doesNotTryAgainOnceTheAnswerHasBegun() throws Exception {
    var engine =
        engine(line -> {
          line.readRequest();
          line.answer("ok");
          line.readRequest();
          line.write(STREAM_HEAD);
        });
    assertThat(text(get(post(engine).response()))).isEqualTo("ok");

    assertLost(post(engine).response());
    assertThat(engine.connections()).isEqualTo(1);
  }

  @Test
  void doesNotTryAgainOnAFreshConnection() throws Exception {
    var engine = engine(line -> line.readRequest());

    assertLost(post(engine).response());
    assertThat(engine.connections()).isEqualTo(1);
  }

  @Test
  void failsWhenNobodyListens() throws Exception {
    URI nowhere;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nowhere = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
    }

    assertLost(transport.send(new Request("GET", nowhere, List.of(), List.of())).response());
  }

  @Test
  void failsWhenTheHostIsUnknown() {
    var nowhere = URI.create("http://nobody.invalid/");

    assertLost(transport.send(new Request("GET", nowhere, List.of(), List.of())).response());
  }

  @Test
  void failsWhenTheEngineDoesNotSpeakHttp() {
    var engine =
        engine(line -> {
          line.readRequest();
          line.write("SSH-2.0-OpenSSH_9.2\r\n\r\n");
          line.awaitClose();
        });

    assertLost(post(engine).response());
  }

  @Test
  void failsWhenAnEngineWithoutTlsIsAskedForIt() {
    var engine =
        engine(line -> {
          line.write("HTTP/1.1 400 Bad Request\r\n\r\n");
          line.awaitClose();
        });
    var secure = URI.create(engine.uri("/").toString().replace("http:", "https:"));

    assertLost(transport.send(new Request("GET", secure, List.of(), List.of())).response());
  }

  @Test
  void handsOnWhatArrivedBeforeTheEngineDied() throws Exception {
    var received = new CountDownLatch(1);
    var engine =
        engine(line -> {
          line.readRequest();
          line.write(STREAM_HEAD);
          line.writeChunk("data: 1\n\n");
          await(received);
          line.reset();
        });
    var response = get(post(engine).response());

    var seen = new StringBuilder();
    var end =
        response
            .body()
            .runForeach(
                bytes -> {
                  seen.append(bytes.utf8String());
                  received.countDown();
                },
                testKit.system());

    assertLost(end);
    assertThat(seen.toString()).isEqualTo("data: 1\n\n");
  }

  @Test
  void failsWhenAnAnswerIsShorterThanAnnounced() throws Exception {
    var engine =
        engine(line -> {
          line.readRequest();
          line.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        });

    var response = get(post(engine).response());

    assertLost(response.body().runWith(Sink.ignore(), testKit.system()));
  }

  @Test
  void abortsBeforeTheAnswer() throws Exception {
    var asked = new CountDownLatch(1);
    var engine =
        engine(line -> {
          line.readRequest();
          asked.countDown();
          line.awaitClose();
        });
    var exchange = post(engine);
    await(asked);

    assertClosesAtOnce(engine, exchange::abort);
    assertLost(exchange.response());
  }

  @Test
  void abortsAnAnswerThatIsNotRunYet() throws Exception {
    var engine = engine(NettyTransportTest::streamAndFallSilent);
    var exchange = post(engine);
    get(exchange.response());

    assertClosesAtOnce(engine, exchange::abort);
  }

  @Test
  void abortsASilentStream() throws Exception {
    var engine = engine(NettyTransportTest::streamAndFallSilent);
    var exchange = post(engine);
    var received = new CountDownLatch(1);
    var end =
        get(exchange.response()).body().runForeach(_ -> received.countDown(), testKit.system());
    await(received);

    assertClosesAtOnce(engine, exchange::abort);
    assertLost(end);
  }

  @Test
  void abortsWhenTheReaderLeaves() throws Exception {
    var engine = engine(NettyTransportTest::streamAndFallSilent);
    var body = get(post(engine).response()).body();

    assertClosesAtOnce(engine, () -> body.runWith(Sink.<ByteString>head(), testKit.system()));
  }

  @Test
  void isNotDisturbedByAnAbortAfterTheEnd() throws Exception {
    var engine = engine(NettyTransportTest::answerEach);
    var first = post(engine);
    assertThat(text(get(first.response()))).isEqualTo("ok");

    first.abort();

    assertThat(text(get(post(engine).response()))).isEqualTo("ok");
    assertThat(engine.connections()).isEqualTo(1);
  }

  @Test
  void readsNoFasterThanItsReader() throws Exception {
    var block = new byte[1 << 20];
    int blocks = 64;
    var allWritten = new CountDownLatch(1);
    var engine =
        engine(line -> {
          line.readRequest();
          line.write(
              "HTTP/1.1 200 OK\r\nContent-Length: " + (long) blocks * block.length + "\r\n\r\n");
          for (int written = 0; written < blocks; written++) {
            line.write(block);
          }
          allWritten.countDown();
          line.awaitClose();
        });
    var reader =
        get(post(engine).response())
            .body()
            .runWith(
                Sink.<ByteString>queue().withAttributes(Attributes.inputBuffer(1, 1)),
                testKit.system());
    long read = get(reader.pull()).orElseThrow().size();

    // The kernel's buffers take a few MB of the 64; the rest has to wait.
    assertThat(allWritten.await(500, MILLISECONDS)).isFalse();

    for (var next = get(reader.pull()); next.isPresent(); next = get(reader.pull())) {
      // The read-ahead and the read that passed it.
      assertThat(next.get().size()).isLessThanOrEqualTo((64 + 32) * 1024);
      read += next.get().size();
    }
    assertThat(read).isEqualTo((long) blocks * block.length);
  }

  @Test
  void breaksOffWhatIsUnderWayWhenClosed() throws Exception {
    var engine = engine(NettyTransportTest::streamAndFallSilent);
    var end = get(post(engine).response()).body().runWith(Sink.ignore(), testKit.system());

    get(transport.close());

    assertLost(end);
  }

  @Test
  void defaultsAreThoseOfTheReferenceConfiguration() {
    var settings = TransportSettings.of(ConfigFactory.defaultReference());

    assertThat(settings.readAheadBytes()).isEqualTo(64 * 1024);
    assertThat(settings.keepAlive()).isEqualTo(Duration.ofSeconds(4));
    assertThatThrownBy(() -> new TransportSettings(0, Duration.ofSeconds(1), Duration.ZERO, 1))
        .hasMessageContaining("troupe.transport.event-loops: ");
  }

  private ScriptedEngine engine(ScriptedEngine.Script script) {
    var engine = ScriptedEngine.running(script);
    engines.add(engine);
    return engine;
  }

  private static void answerEach(ScriptedEngine.Line line) throws IOException {
    while (true) {
      line.readRequest();
      line.answer("ok");
    }
  }

  private static void streamAndFallSilent(ScriptedEngine.Line line) throws IOException {
    line.readRequest();
    line.write(STREAM_HEAD);
    line.writeChunk("data: 1\n\n");
    line.awaitClose();
  }

  private Exchange post(ScriptedEngine engine) {
    return transport.send(
        new Request(
            "POST",
            engine.uri("/v1/completions"),
            List.of(),
            List.of(ByteBuffer.wrap("{}".getBytes(UTF_8)))));
  }

  private static void assertClosesAtOnce(ScriptedEngine engine, Runnable abort) throws Exception {
    long startNanos = System.nanoTime();
    abort.run();
    long tookNanos = get(engine.closed(1)) - startNanos;
    // A millisecond on an idle machine; the bound leaves room for a busy one.
    assertThat(tookNanos).isLessThan(MILLISECONDS.toNanos(1_500));
  }

  private static void assertLost(CompletionStage<?> stage) {
    assertThatThrownBy(() -> get(stage))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(TransportException.class);
  }

  private static String text(Response response) throws Exception {
    return new String(bytes(response), UTF_8);
  }

  private static byte[] bytes(Response response) throws Exception {
    return get(response
            .body()
            .runFold(ByteString.emptyByteString(), ByteString::concat, testKit.system()))
        .toArray();
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, SECONDS);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] randomBytes(int size) {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
