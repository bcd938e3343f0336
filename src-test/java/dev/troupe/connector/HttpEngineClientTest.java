package dev.troupe.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.actor.CallRequest;
import dev.troupe.actor.EngineClient;
import dev.troupe.actor.EngineClient.EngineAnswer;
import dev.troupe.actor.EngineClient.Observer;
import dev.troupe.actor.EngineClientProvider;
import dev.troupe.actor.EngineTransport.Header;
import dev.troupe.actor.EngineTransport.TransportException;
import dev.troupe.engine.EngineEndpoint;
import dev.troupe.engine.EngineEndpoint.Dialect;
import dev.troupe.engine.EngineEndpoint.PriorityOrder;
import dev.troupe.engine.EngineId;
import dev.troupe.program.CallEnd;
import dev.troupe.program.Reason;
import dev.troupe.simulated.Fault;
import dev.troupe.simulated.SimulatedEngine;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The whole client, over the network, against a simulated engine.
@Timeout(30)
class HttpEngineClientTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final EngineClient CLIENT =
      ServiceLoader.load(EngineClientProvider.class).findFirst().orElseThrow().create(KIT.system());

  private final CompletableFuture<CallEnd> ended = new CompletableFuture<>();
  private final CompletableFuture<Boolean> begun = new CompletableFuture<>();
  private SimulatedEngine engine = start();

  @AfterEach
  void stop() {
    engine.close();
  }

  @AfterAll
  static void stopAll() {
    KIT.shutdownTestKit();
  }

  @Test
  void relaysAStreamAndReadsItOnTheWay() {
    var answer = join(run("call-1", body("\"max_tokens\":5"), true).answer());

    assertThat(answer.status()).isEqualTo(200);
    var text = text(answer);
    assertThat(text).endsWith("data: [DONE]\n\n").doesNotContain("\"usage\"");
    var end = ended.join();
    assertThat(begun).isCompleted();
    assertThat(end.usage().outputTokens()).isEqualTo(5);
    assertThat(end.reported()).isTrue();
    assertThat(end.finish()).contains("length");
    assertThat(end.failure()).isEmpty();
    assertThat(engine.stats().executions("call-1")).isEqualTo(1);
  }

  @Test
  void relaysAnAnswerThatIsNotStreamed() {
    var answer = join(run("call-1", body("\"max_tokens\":5"), false).answer());

    assertThat(text(answer)).startsWith("{\"id\":\"chatcmpl-call-1\"");
    assertThat(ended.join().usage().outputTokens()).isEqualTo(5);
    assertThat(ended.join().failure()).isEmpty();
  }

  @Test
  void passesAnErrorOn() {
    var answer = join(run("call-1", body("\"model\":\"none\""), true).answer());

    assertThat(answer.isSuccess()).isFalse();
    assertThat(answer.status()).isEqualTo(404);
    assertThat(text(answer)).contains("does not exist");
    assertThat(ended.join().failure()).isEmpty();
    assertThat(begun).isNotDone();
  }

  @Test
  void failsWhenTheEngineIsLostBeforeTheFirstByte() {
    engine.inject(new Fault.BreakBeforeFirstByte(), 1);

    assertThatThrownBy(() -> join(run("call-1", body("\"n\":1"), true).answer()))
        .hasCauseInstanceOf(TransportException.class);
  }

  @Test
  void tellsThatTheEngineWasLostInTheMiddle() {
    engine.inject(new Fault.BreakMidStream(3), 1);

    var answer = join(run("call-1", body("\"n\":1"), true).answer());

    assertThatThrownBy(() -> text(answer)).hasCauseInstanceOf(TransportException.class);
    assertThat(ended.join().failure()).contains(Reason.ENGINE_LOST);
    assertThat(ended.join().usage().outputTokens()).isEqualTo(3);
  }

  @Test
  void tellsOfAnErrorInTheStream() {
    engine.inject(new Fault.ErrorEvent(3), 1);

    var answer = join(run("call-1", body("\"n\":1"), true).answer());

    assertThat(text(answer)).contains("data: {\"error\":");
    assertThat(ended.join().failure()).contains(Reason.ENGINE_LOST);
  }

  @Test
  void freesTheEngineWhenTheClientLeavesAStream() {
    restart("--decode-micros=1000000");

    var answer = join(run("call-1", body("\"n\":1"), true).answer());
    assertThat(join(answer.body().runWith(Sink.head(), KIT.system())).isEmpty()).isFalse();

    assertThat(ended.join().failure()).contains(Reason.CLIENT_GONE);
    assertThat(join(engine.when(stats -> stats.aborted() == 1)).running()).isZero();
  }

  @Test
  void freesTheEngineWhenACallIsAbortedBeforeItIsAnswered() {
    engine.inject(new Fault.Hang(), 1);
    var running = run("call-1", body("\"n\":1"), false);
    join(engine.when(stats -> stats.running() == 1));

    running.abort();

    assertThat(join(engine.when(stats -> stats.aborted() == 1)).running()).isZero();
    assertThatThrownBy(() -> join(running.answer())).hasCauseInstanceOf(TransportException.class);
  }

  @Test
  void passesThePriorityToAnEngineThatTakesOne() {
    restart("--priority");

    var endpoint = endpoint(PriorityOrder.LOWER_FIRST);
    var running =
        CLIENT.run(TestLeases.of(endpoint, "call-1", 3), request(body("\"n\":1"), false), heard());

    assertThat(join(running.answer()).status()).isEqualTo(200);
  }

  @Test
  void asksHowTheEngineIs() {
    restart("--blocks=100", "--block-tokens=16", "--models=a,b", "--slots=1");

    var status = join(CLIENT.probe(endpoint(PriorityOrder.NONE)));

    assertThat(status.models()).containsExactlyInAnyOrder("a", "b");
    assertThat(status.running()).hasValue(0);
    assertThat(status.kvCapacityTokens()).hasValue(1600);
    assertThat(status.kvCacheUse()).hasValue(0);
  }

  @Test
  void asksAnEngineThatTellsLittle() {
    var endpoint =
        new EngineEndpoint(
            new EngineId("e"),
            Dialect.LLAMA_CPP,
            engine.url(),
            Optional.empty(),
            PriorityOrder.NONE);

    var status = join(CLIENT.probe(endpoint));

    assertThat(status.models()).containsExactly("simulated");
    assertThat(status.slots()).isEmpty();
  }

  @Test
  void failsToAskAnEngineThatIsGone() {
    var endpoint = endpoint(PriorityOrder.NONE);
    engine.close();

    assertThatThrownBy(() -> join(CLIENT.probe(endpoint)))
        .hasCauseInstanceOf(TransportException.class)
        .cause()
        .hasMessageContaining("refused");
  }

  @Test
  void saysThatAnEngineWantsAKey() throws IOException {
    try (var locked =
        ScriptedEngine.running(line -> {
          line.readRequest();
          line.write("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
        })) {
      var endpoint =
          new EngineEndpoint(
              new EngineId("e"),
              Dialect.VLLM,
              locked.uri(""),
              Optional.empty(),
              PriorityOrder.NONE);

      assertThatThrownBy(() -> join(CLIENT.probe(endpoint)))
          .cause()
          .hasMessage("/v1/models answers 401: does it want an api-key?");
    }
  }

  private EngineClient.Running run(String call, String body, boolean streamed) {
    return CLIENT.run(
        TestLeases.of(endpoint(PriorityOrder.NONE), call, 0), request(body, streamed), heard());
  }

  private static CallRequest request(String body, boolean streamed) {
    var whole = streamed ? "{\"stream\":true," + body.substring(1) : body;
    return new CallRequest(
        "/v1/chat/completions",
        List.of(new Header("Accept", "*/*")),
        RequestBodies.of(whole),
        streamed);
  }

  private static String body(String member) {
    var model = member.contains("model") ? "" : "\"model\":\"simulated\",";
    return "{" + model + member + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
  }

  private EngineEndpoint endpoint(PriorityOrder order) {
    return new EngineEndpoint(
        new EngineId("e"), Dialect.VLLM, engine.url(), Optional.empty(), order);
  }

  private Observer heard() {
    return new Observer() {
      @Override
      public void began() {
        begun.complete(true);
      }

      @Override
      public void progressed(int outputTokens) {}

      @Override
      public void ended(CallEnd end) {
        assertThat(ended.complete(end)).isTrue();
      }
    };
  }

  private void restart(String... flags) {
    engine.close();
    engine = start(flags);
  }

  private static SimulatedEngine start(String... flags) {
    var base = Stream.of("--port=0", "--decode-micros=500");
    return SimulatedEngine.start(Stream.concat(base, Stream.of(flags)).toArray(String[]::new));
  }

  private static String text(EngineAnswer answer) {
    return join(answer
            .body()
            .runFold(ByteString.emptyByteString(), ByteString::concat, KIT.system()))
        .utf8String();
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }
}
