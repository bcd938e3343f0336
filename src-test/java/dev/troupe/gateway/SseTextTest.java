package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SseTextTest {

  /// `N` stands for a line feed, `R` for a carriage return.
  @ParameterizedTest
  @CsvSource({
    "data: aNN,9",
    "data: aRNRN,11",
    "data: aNNdata: b,9",
    "data: aNNdata: bN,9",
    "data: aNNdata: bNN,18",
    "data: aN,0",
    "N,0",
    "NN,2",
  })
  void findsTheEndOfTheLastWholeEvent(String piece, int end) {
    assertThat(SseText.endOfEvents(bytes(piece))).isEqualTo(end);
  }

  @ParameterizedTest
  @CsvSource({
    "data: [DONE]NN,true",
    "data: aNNdata: [DONE]RNRN,true",
    "data: [DONE],true",
    "data: [DONE]NNdata: xNN,false",
    "NN,false",
  })
  void knowsTheMarkOfAWholeAnswer(String piece, boolean isDone) {
    assertThat(SseText.endsWithDone(bytes(piece))).isEqualTo(isDone);
  }

  @Test
  void passesOnWhatIsNoEvent() {
    var piece = ByteString.fromString("x".repeat((1 << 20) + 1));

    assertThat(SseText.endOfEvents(piece)).isEqualTo(piece.size());
  }

  @Test
  void writesAnEventOnOneLine() {
    assertThat(SseText.event("{\r\n\"a\":1}").utf8String()).isEqualTo("data: { \"a\":1}\n\n");
  }

  private static ByteString bytes(String piece) {
    return ByteString.fromString(
        piece
            .replace("NN", "\n\n")
            .replace("RN", "\r\n")
            .replaceAll("N$", "\n")
            .replace("bN", "b\n"));
  }
}
