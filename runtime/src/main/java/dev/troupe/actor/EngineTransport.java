package dev.troupe.actor;

import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/// Carries HTTP requests to engines. The port behind which the cheapest client stands.
public interface EngineTransport {

  /// Sends a request.
  ///
  /// @return an exchange that can be aborted at once, in every phase
  Exchange send(Request request);

  /// @param body parts sent one after the other; none for a request without a body
  record Request(String method, URI uri, List<Header> headers, List<ByteBuffer> body) {
    public Request {
      headers = List.copyOf(headers);
      body = List.copyOf(body);
    }
  }

  record Header(String name, String value) {

    /// RFC 9110, section 7.6.1, and what older proxies and HTTP/2 upgrades send.
    private static final Set<String> OF_THE_CONNECTION =
        Set.of(
            "connection",
            "http2-settings",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /// The name as one compares it: header names are of any case.
    public String lowerCaseName() {
      return name.toLowerCase(Locale.ROOT);
    }

    /// Whether it speaks of one connection only, and so must not be passed on to another.
    public boolean isOfConnection() {
      return OF_THE_CONNECTION.contains(lowerCaseName());
    }
  }

  /// A request under way.
  interface Exchange {

    /// Completes when the first byte of the body has arrived, or when the response ended without
    /// one. Fails with a [TransportException] when the engine could not be reached or broke off
    /// before that.
    CompletionStage<Response> response();

    /// Ends the exchange and closes its connection at once. Harmless when it has ended.
    void abort();
  }

  /// @param body to be run once; pulls from the engine only as fast as it is pulled from, and fails
  ///     with a [TransportException] when the engine breaks off
  record Response(int status, List<Header> headers, Source<ByteString, NotUsed> body) {
    public Response {
      headers = List.copyOf(headers);
    }
  }

  /// The engine could not be reached or broke off.
  final class TransportException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TransportException(String message) {
      super(message);
    }

    public TransportException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
