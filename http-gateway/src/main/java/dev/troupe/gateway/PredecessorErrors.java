package dev.troupe.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/// Errors as clients of the runtime predecessor read them: `code` and `message` in the answer itself. They
/// stand beside OpenAI's `error`, which says the same and more.
final class PredecessorErrors {

  private static final int LEAST_ERROR = 400;

  private PredecessorErrors() {}

  /// The answer, with the error in both shapes if it is one.
  static HttpResponse of(HttpResponse response) {
    return response.status().intValue() >= LEAST_ERROR
            && response.entity() instanceof HttpEntity.Strict entity
        ? response.withEntity(entity.getContentType(), inBothShapes(entity.getData()))
        : response;
  }

  private static ByteString inBothShapes(ByteString bytes) {
    try {
      if (Responses.JSON.readTree(bytes.toArray()) instanceof ObjectNode body) {
        body.set("code", body.at("/error/code"));
        body.set("message", body.at("/error/message"));
        return ByteString.fromString(Responses.text(body));
      }
      return bytes;
    } catch (IOException noJson) {
      return bytes;
    }
  }
}
