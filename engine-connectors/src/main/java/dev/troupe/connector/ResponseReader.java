package dev.troupe.connector;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Hands what arrives on one connection to the exchange that uses it now.
final class ResponseReader extends ChannelInboundHandlerAdapter {

  private @Nullable EngineExchange current;
  private boolean interim;

  /// Begins an exchange on this connection; [#release] ends it.
  void serve(EngineExchange exchange) {
    current = exchange;
    interim = false;
  }

  void release() {
    current = null;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (current == null || !(message instanceof HttpObject part)) {
        // Nobody asked: a connection on which an engine speaks unasked is not to be trusted.
        context.close();
      } else if (part.decoderResult().isFailure()) {
        broken(context, part.decoderResult().cause());
      } else {
        read(current, part);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void read(EngineExchange exchange, HttpObject part) {
    if (part instanceof HttpResponse head) {
      interim = head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
      if (!interim) {
        exchange.onHead(head);
      }
    }
    if (part instanceof HttpContent content && !interim) {
      exchange.onContent(content.content());
      if (part instanceof LastHttpContent) {
        exchange.onEnd();
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (current != null) {
      current.onReadComplete();
    }
    context.fireChannelReadComplete();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    broken(context, new IOException("connection closed by the engine"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    broken(context, cause);
  }

  private void broken(ChannelHandlerContext context, Throwable cause) {
    var exchange = current;
    current = null;
    context.close();
    if (exchange != null) {
      exchange.onBroken(cause);
    }
  }
}
