package dev.troupe.connector;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import dev.troupe.program.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/// Reads an answer that is not streamed, in the pieces it comes in, keeping none of them.
final class JsonBodyReader implements BodyReader {

  private enum State {
    EMPTY,
    READING,
    WHOLE,
    MALFORMED
  }

  private final AnswerReader reader;
  private final JsonParser parser;
  private final ByteArrayFeeder feeder;
  private State state = State.EMPTY;
  private int depth;

  JsonBodyReader(AnswerFacts facts) {
    this.reader = new AnswerReader(facts);
    try {
      this.parser = AnswerReader.JSON.createNonBlockingByteArrayParser();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.feeder = (ByteArrayFeeder) parser.getNonBlockingInputFeeder();
  }

  @Override
  public ByteString read(ByteString bytes) {
    try {
      if (!bytes.isEmpty() && (state == State.EMPTY || state == State.READING)) {
        state = State.READING;
        var array = bytes.toArrayUnsafe();
        feeder.feedInput(array, 0, array.length);
        readTokens();
      }
    } catch (IOException e) {
      state = State.MALFORMED;
    }
    return bytes;
  }

  @Override
  public ByteString end() {
    return ByteString.emptyByteString();
  }

  @Override
  public boolean hasBegun() {
    return state != State.EMPTY;
  }

  @Override
  public Optional<Reason> failure() {
    return switch (state) {
      case WHOLE -> reader.content().isError() ? Optional.of(Reason.ENGINE_LOST) : Optional.empty();
      case EMPTY, READING, MALFORMED -> Optional.of(Reason.ENGINE_INVALID);
    };
  }

  private void readTokens() throws IOException {
    while (state == State.READING) {
      var token = parser.nextToken();
      if (token == JsonToken.NOT_AVAILABLE) {
        return;
      }
      if (token == null || (depth == 0 && token != JsonToken.START_OBJECT)) {
        state = State.MALFORMED;
        return;
      }
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      reader.accept(parser, token);
      if (depth == 0) {
        state = State.WHOLE;
        feeder.endOfInput();
      }
    }
  }
}
