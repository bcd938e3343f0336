package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.gateway.BodyReader.Body;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RequestEntity;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BodyReaderTest {

  private static final int KIB = 1024;
  private static final int MAX_BYTES = 64 * KIB;
  private static final int LIMIT_SECONDS = 30;

  private final ActorTestKit kit = ActorTestKit.create("bodies-" + System.nanoTime());
  private final BodyBudget budget = new BodyBudget(100 * KIB);
  private final BodyReader reader = new BodyReader(kit.system(), Duration.ofSeconds(20), budget);

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void holdsABodyOfAnyFormByItsLength() throws Exception {
    for (var entity :
        List.of(
            HttpEntities.create(ContentTypes.APPLICATION_JSON, bytes(30 * KIB)),
            announced(30 * KIB, pieces(30)),
            chunked(pieces(30)))) {
      var whole = (Body.Whole) read(entity);

      assertThat(whole.bytes().size()).isEqualTo(30 * KIB);
      assertThat(budget.heldBytes()).isEqualTo(30 * KIB);
      whole.held().release();
      whole.held().release();
      assertThat(budget.heldBytes()).isZero();
    }
  }

  @Test
  void takesNoBodyForWhichThereIsNoRoom() throws Exception {
    var first = (Body.Whole) read(announced(60 * KIB, pieces(60)));

    for (var entity :
        List.of(
            HttpEntities.create(ContentTypes.APPLICATION_JSON, bytes(41 * KIB)),
            announced(41 * KIB, pieces(41)),
            chunked(pieces(41)))) {
      assertThat(read(entity)).isEqualTo(new Body.NoRoom());
      assertThat(budget.heldBytes()).isEqualTo(60 * KIB);
    }
    var second = (Body.Whole) read(announced(40 * KIB, pieces(40)));

    first.held().release();
    second.held().release();
    assertThat(budget.heldBytes()).isZero();
  }

  @Test
  void reservesAnAnnouncedBodyBeforeItComes() {
    var never = new BodyReader(kit.system(), Duration.ofMillis(50), budget);
    var body =
        never
            .read(HttpRequest.POST("/").withEntity(announced(60 * KIB, Source.never())), MAX_BYTES)
            .toCompletableFuture();
    assertThat(budget.heldBytes()).isEqualTo(60 * KIB);

    assertThat(body.join()).isInstanceOf(Body.TooSlow.class);
    assertThat(budget.heldBytes()).isZero();
  }

  @Test
  void holdsNothingOfABodyThatIsTooLarge() throws Exception {
    assertThat(read(announced(65 * KIB, pieces(65)))).isEqualTo(new Body.TooLarge(MAX_BYTES));
    assertThat(read(chunked(pieces(65)))).isEqualTo(new Body.TooLarge(MAX_BYTES));
    assertThat(budget.heldBytes()).isZero();
  }

  @Test
  void saysThatItTakesNoBodyOnceThatHasCome() throws Exception {
    var held = (Body.Whole) read(announced(50 * KIB, pieces(50)));
    for (int kib : List.of(65, 60)) {
      var rest = new CompletableFuture<ByteString>();
      var pieces = pieces(kib - 1).concat(Source.completionStage(rest));
      var body = reading(announced(kib * KIB, pieces));

      assertThat(body).isNotDone();
      rest.complete(bytes(KIB));

      assertThat(body.get(LIMIT_SECONDS, TimeUnit.SECONDS))
          .isEqualTo(kib == 65 ? new Body.TooLarge(MAX_BYTES) : new Body.NoRoom());
    }
    held.held().release();
  }

  @Test
  void saysAtOnceThatABodyIsTooLargeWhoseClientAsksFirst() throws Exception {
    var asking =
        HttpRequest.POST("/")
            .withEntity(announced(65 * KIB, Source.never()))
            .addHeader(RawHeader.create("Expect", "100-continue"));

    assertThat(reader.read(asking, MAX_BYTES).toCompletableFuture())
        .isCompletedWithValue(new Body.TooLarge(MAX_BYTES));
  }

  @Test
  void saysAtOnceThatABodyIsTooLargeOfWhichEvenTheRestWouldNotBeDiscarded() throws Exception {
    var endless = HttpRequest.POST("/").withEntity(announced(1 << 30, Source.never()));

    assertThat(reader.read(endless, MAX_BYTES).toCompletableFuture())
        .isCompletedWithValue(new Body.TooLarge(MAX_BYTES));
  }

  /// 64 MiB over what is taken are discarded, whether they are announced or not.
  @Test
  void discardsAllOfABodyThatIsNotTooMuchTooLarge() throws Exception {
    int kib = 64 * KIB + MAX_BYTES / KIB;
    for (boolean isAnnounced : List.of(true, false)) {
      var came = new AtomicInteger();
      var pieces = pieces(kib).map(piece -> counted(piece, came));

      var body = read(isAnnounced ? announced((long) kib * KIB, pieces) : chunked(pieces));

      assertThat(body).isEqualTo(new Body.TooLarge(MAX_BYTES));
      assertThat(came).hasValue(kib);
    }
  }

  @Test
  void holdsNothingOfABodyThatBreaksOff() throws Exception {
    var broken = pieces(20).concat(Source.failed(new IllegalStateException("reset by peer")));

    assertThat(read(announced(60 * KIB, broken))).isEqualTo(new Body.BrokenOff());
    assertThat(read(chunked(broken))).isEqualTo(new Body.BrokenOff());
    assertThat(budget.heldBytes()).isZero();
  }

  private Body read(RequestEntity entity) throws Exception {
    return reading(entity).get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  private CompletableFuture<Body> reading(RequestEntity entity) {
    return reader.read(HttpRequest.POST("/").withEntity(entity), MAX_BYTES).toCompletableFuture();
  }

  private static RequestEntity announced(long length, Source<ByteString, ?> pieces) {
    return HttpEntities.create(
        ContentTypes.APPLICATION_JSON, length, pieces.mapMaterializedValue(value -> value));
  }

  private static RequestEntity chunked(Source<ByteString, ?> pieces) {
    return HttpEntities.createChunked(ContentTypes.APPLICATION_JSON, pieces);
  }

  private static Source<ByteString, ?> pieces(int kib) {
    return Source.repeat(bytes(KIB)).take(kib);
  }

  private static ByteString counted(ByteString piece, AtomicInteger count) {
    count.incrementAndGet();
    return piece;
  }

  private static ByteString bytes(int length) {
    return ByteString.fromArray(new byte[length]);
  }
}
