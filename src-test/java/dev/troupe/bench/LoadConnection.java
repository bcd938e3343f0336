package dev.troupe.bench;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;

/// A connection that asks one thing after the other, as an agent does: one program.
final class LoadConnection extends SimpleChannelInboundHandler<HttpObject> {

  private final LoadRun run;
  private final String program;
  private final Channel channel;
  private boolean isBusy;
  private boolean isSuccess;
  private long dueNanos;
  private long firstNanos;

  LoadConnection(LoadRun run, Channel channel) {
    this.run = run;
    this.channel = channel;
    this.program = run.programName();
  }

  /// @param due when the request should have been sent
  void send(long due) {
    isBusy = true;
    dueNanos = due;
    firstNanos = 0;
    channel.writeAndFlush(run.next(program), channel.voidPromise());
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
    if (message instanceof HttpResponse response) {
      isSuccess = response.status().code() == 200;
    }
    if (message instanceof HttpContent content) {
      if (firstNanos == 0 && content.content().isReadable()) {
        firstNanos = System.nanoTime();
      }
      if (message instanceof LastHttpContent) {
        isBusy = false;
        if (isSuccess && firstNanos != 0) {
          run.answered(this, dueNanos, firstNanos);
        } else {
          context.close();
          run.failed();
        }
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    run.gone(this);
    if (isBusy) {
      isBusy = false;
      run.failed();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
