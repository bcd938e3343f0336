package dev.troupe.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.troupe.bench.Load.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Locale;

/// Requests of one shape that differ in their last words, as the turns of agents do. The long part is
/// shared, not copied.
final class RequestTemplate {

  private final String host;
  private final ByteBuf beginning;

  RequestTemplate(URI target, Body body) {
    this.host = target.getAuthority();
    var head =
        "{\"model\":\"%s\",\"stream\":%b,\"max_tokens\":%d,\"messages\":[{\"role\":\"system\",\"content\":\""
            .formatted(body.model(), body.streamed(), body.outputTokens());
    var middle = "\"},{\"role\":\"user\",\"content\":\"Request ";
    int missing = body.bytes() - head.length() - middle.length() - ending(0).length();
    var pad = "You are a careful agent on a long task. ".repeat(Math.max(0, missing / 40));
    var bytes = (head + pad + middle).getBytes(US_ASCII);
    var direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    this.beginning = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(direct));
  }

  /// @param program the program that the request belongs to
  FullHttpRequest request(String program, long number) {
    var end = Unpooled.copiedBuffer(ending(number), US_ASCII);
    var body = Unpooled.wrappedBuffer(beginning.duplicate(), end);
    var request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.POST, "/v1/chat/completions", body);
    request
        .headers()
        .set(HttpHeaderNames.HOST, host)
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .set("X-Program-Id", program)
        .setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    return request;
  }

  private static String ending(long number) {
    return String.format(Locale.ROOT, "%016d\"}]}", number);
  }
}
