package dev.troupe.actor;

import dev.troupe.actor.EngineTransport.Header;
import dev.troupe.engine.EngineEndpoint;
import dev.troupe.engine.EngineStatus;
import dev.troupe.engine.Lease;
import dev.troupe.program.CallEnd;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/// Speaks the engines' dialects: sends calls, reads on the way what the control plane needs, and
/// asks engines how they are.
public interface EngineClient {

  /// Starts a call under a lease.
  ///
  /// @param observer told of what passes by; on any thread, one at a time
  Running run(Lease lease, CallRequest request, Observer observer);

  /// Asks an engine what it serves and how busy it is. Fails when it does not answer as it should,
  /// with a message for the log that says why.
  CompletionStage<EngineStatus> probe(EngineEndpoint engine);

  interface Running {

    /// The engine's answer, once its first byte is here. Fails with
    /// [EngineTransport.TransportException] when the engine was lost before that.
    CompletionStage<EngineAnswer> answer();

    /// Ends the call on the engine at once. Harmless when it has ended.
    void abort();
  }

  /// @param headers those a client should see
  /// @param body the bytes for the client, unchanged; running it is what makes the observer hear
  record EngineAnswer(int status, List<Header> headers, Source<ByteString, NotUsed> body) {
    public EngineAnswer {
      headers = List.copyOf(headers);
    }

    public boolean isSuccess() {
      return status >= 200 && status < 300;
    }
  }

  /// Hears of a call's progress.
  interface Observer {

    /// The first output token has passed.
    void began();

    /// Told with every piece of an answer that brings tokens: on the way of its bytes, so it must be cheap.
    ///
    /// @param outputTokens of the answer so far
    void progressed(int outputTokens);

    /// The last thing told, exactly once per answer whose body is run.
    void ended(CallEnd end);
  }
}
