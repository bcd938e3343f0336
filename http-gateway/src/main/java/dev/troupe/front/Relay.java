package dev.troupe.front;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;

/// One direction of a connection through the front: what is read goes out at the other end, as fast as
/// that takes it. The end of the bytes, and a reset, are passed on as what they are.
///
/// A client may end its direction alone, a node may not: one that was killed looks the same, and what
/// its client sent from then on would wait for an answer for ever.
final class Relay extends ChannelInboundHandlerAdapter {

  private final SocketChannel to;

  Relay(SocketChannel to) {
    this.to = to;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    // Nothing more is read until the other end has taken this.
    to.writeAndFlush(bytes)
        .addListener(
            (ChannelFutureListener)
                written -> {
                  if (written.isSuccess()) {
                    context.read();
                  } else {
                    reset((SocketChannel) context.channel());
                  }
                });
  }

  /// A client that has said all and still listens.
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> to.shutdownOutput());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    reset(to);
    context.close();
  }

  private static void reset(SocketChannel channel) {
    if (channel.isOpen()) {
      channel.config().setSoLinger(0);
      channel.close();
    }
  }
}
