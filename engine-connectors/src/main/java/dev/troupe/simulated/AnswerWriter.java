package dev.troupe.simulated;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

/// Writes the answer to one request onto its connection. What a slow client does not take is kept,
/// as model servers do. Confined to the connection's event loop.
final class AnswerWriter {

  private final Channel channel;
  private final SimulatedRequest request;
  private final Output output;
  private final AnswerFormat format;
  private boolean hasHead;

  AnswerWriter(Channel channel, SimulatedRequest request, Output output) {
    this.channel = channel;
    this.request = request;
    this.output = output;
    this.format = new AnswerFormat(request, output);
  }

  Output output() {
    return output;
  }

  /// Sends the head of a stream, before there is anything to follow it.
  void head() {
    if (request.options().streamed() && !hasHead) {
      hasHead = true;
      var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
      head.headers()
          .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8")
          .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
      channel.write(head);
    }
  }

  void tokens(int from, int to) {
    if (!request.options().streamed()) {
      return;
    }
    head();
    if (from == 0 && request.isChat()) {
      write(format.opening());
    }
    write(format.tokens(from, to));
  }

  void flush() {
    channel.flush();
  }

  void finish(int cachedTokens) {
    if (request.options().streamed()) {
      if (request.options().includeUsage()) {
        write(format.usage(cachedTokens));
      }
      end();
    } else {
      respond(channel, HttpResponseStatus.OK, "application/json", format.whole(cachedTokens));
    }
  }

  void error() {
    if (request.options().streamed()) {
      write(AnswerFormat.errorEvent());
      end();
    } else {
      breakOff();
    }
  }

  /// Closes the connection, whatever has been sent.
  void breakOff() {
    channel.close();
  }

  static void respond(Channel channel, HttpResponseStatus status, String type, byte[] body) {
    var response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, type)
        .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
    channel.writeAndFlush(response);
  }

  private void end() {
    write(AnswerFormat.done());
    channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  private void write(byte[] event) {
    channel.write(new DefaultHttpContent(Unpooled.wrappedBuffer(event)));
  }
}
