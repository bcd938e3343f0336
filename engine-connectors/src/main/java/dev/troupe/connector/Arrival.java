package dev.troupe.connector;

import dev.troupe.actor.EngineTransport.TransportException;
import org.apache.pekko.util.ByteString;

/// What an event loop tells the stream that carries an answer on.
sealed interface Arrival {

  record Bytes(ByteString bytes) implements Arrival {}

  record Ended() implements Arrival {}

  record Broken(TransportException cause) implements Arrival {}
}
