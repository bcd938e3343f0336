package dev.troupe.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.actor.EngineClient.Observer;
import dev.troupe.actor.EngineTransport.TransportException;
import dev.troupe.program.CallEnd;
import dev.troupe.program.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AnswerTapTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final ByteString TOKEN =
      ByteString.fromString(
          "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n");
  private static final ByteString END =
      ByteString.fromString("data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n");

  private final Heard heard = new Heard();
  private final AnswerFacts facts = new AnswerFacts();
  private final AnswerTap tap = new AnswerTap(new EventStreamReader(facts, true), facts, heard);

  private static final class Heard implements Observer {
    final List<String> events = new ArrayList<>();
    final CompletableFuture<CallEnd> end = new CompletableFuture<>();

    @Override
    public void began() {
      events.add("began");
    }

    @Override
    public void progressed(int outputTokens) {
      events.add("progressed " + outputTokens);
    }

    @Override
    public void ended(CallEnd how) {
      events.add("ended");
      end.complete(how);
    }
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void tellsTheBeginningTheProgressAndTheEnd() {
    var two = TOKEN.concat(TOKEN);

    assertThat(run(Source.from(List.of(TOKEN, two, END)))).isEqualTo(TOKEN.concat(two).concat(END));

    assertThat(heard.end.join().failure()).isEmpty();
    assertThat(heard.events).containsExactly("began", "progressed 1", "progressed 3", "ended");
  }

  @Test
  void passesOnWhatWasHeldBackWhenTheStreamEnds() {
    var cut = TOKEN.dropRight(10);

    assertThat(run(Source.from(List.of(TOKEN, cut)))).isEqualTo(TOKEN.concat(cut));
    assertThat(heard.end.join().failure()).contains(Reason.ENGINE_LOST);
  }

  @Test
  void tellsThatTheEngineBrokeOff() {
    var broken =
        Source.from(List.of(TOKEN, END))
            .map(bytes -> {
              if (bytes.equals(END)) {
                throw new TransportException("the engine broke off");
              }
              return bytes;
            });

    assertThatThrownBy(() -> run(broken)).hasCauseInstanceOf(TransportException.class);
    assertThat(heard.end.join().failure()).contains(Reason.ENGINE_LOST);
    assertThat(heard.end.join().usage().outputTokens()).isEqualTo(1);
    assertThat(heard.events).containsExactly("began", "progressed 1", "ended");
  }

  @Test
  void tellsThatTheClientLeft() {
    var first =
        Source.repeat(TOKEN)
            .via(tap)
            .runWith(Sink.head(), KIT.system())
            .toCompletableFuture()
            .join();

    assertThat(first).isEqualTo(TOKEN);
    assertThat(heard.end.join().failure()).contains(Reason.CLIENT_GONE);
    assertThat(heard.events).containsOnlyOnce("ended");
  }

  private ByteString run(Source<ByteString, ?> body) {
    return body.via(tap)
        .runFold(ByteString.emptyByteString(), ByteString::concat, KIT.system())
        .toCompletableFuture()
        .join();
  }
}
