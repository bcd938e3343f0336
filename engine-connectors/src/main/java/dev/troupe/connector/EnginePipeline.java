package dev.troupe.connector;

import dev.troupe.actor.EngineTransport.TransportException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLException;

/// What stands between an engine's socket and the exchange: TLS where wanted, HTTP, the reader.
final class EnginePipeline extends ChannelInitializer<Channel> {

  private static final int MAX_HEADER_BYTES = 64 * 1024;

  private final Origin origin;

  EnginePipeline(Origin origin) {
    this.origin = origin;
  }

  @Override
  protected void initChannel(Channel channel) {
    if (origin.secure()) {
      channel.pipeline().addLast(tls(channel));
    }
    var decoder =
        new HttpDecoderConfig()
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            // Nothing is gained by looking at what an engine we chose writes in its headers.
            .setValidateHeaders(false);
    channel.pipeline().addLast(new HttpClientCodec(decoder, false, false), new ResponseReader());
  }

  private SslHandler tls(Channel channel) {
    try {
      // The JVM's trust store; the host name is verified.
      return SslContextBuilder.forClient()
          .build()
          .newHandler(channel.alloc(), origin.host(), origin.port());
    } catch (SSLException e) {
      throw new TransportException("no TLS: " + e.getMessage(), e);
    }
  }
}
