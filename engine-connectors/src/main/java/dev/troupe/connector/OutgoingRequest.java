package dev.troupe.connector;

import dev.troupe.actor.EngineTransport.Request;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;

/// A request as it goes out, made once and sent perhaps twice. The body's bytes are not copied.
///
/// @param path with the query
record OutgoingRequest(
    Origin origin, HttpMethod method, String path, HttpHeaders headers, List<ByteBuffer> body) {

  static OutgoingRequest of(Request request) {
    var method = HttpMethod.valueOf(request.method());
    var headers = new DefaultHttpHeaders();
    for (var header : request.headers()) {
      if (!header.isOfConnection()) {
        headers.add(header.name(), header.value());
      }
    }
    headers.set(HttpHeaderNames.HOST, request.uri().getRawAuthority());
    long length = request.body().stream().mapToLong(ByteBuffer::remaining).sum();
    if (length > 0 || method.equals(HttpMethod.POST)) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
    }
    return new OutgoingRequest(
        Origin.of(request.uri()), method, pathOf(request.uri()), headers, request.body());
  }

  FullHttpRequest message() {
    return new DefaultFullHttpRequest(
        HttpVersion.HTTP_1_1,
        method,
        path,
        Unpooled.wrappedBuffer(body.toArray(ByteBuffer[]::new)),
        headers,
        DefaultHttpHeadersFactory.trailersFactory().newEmptyHeaders());
  }

  private static String pathOf(URI uri) {
    var path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + '?' + uri.getRawQuery();
  }
}
