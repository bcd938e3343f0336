package dev.troupe.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/// A name server on loopback that knows one name: by UDP, as in RFC 1035 and RFC 2782. It answers
/// what it was told to, and that there is nothing to all else.
final class NameServer implements AutoCloseable {

  private static final int A = 1;
  private static final int SRV = 33;
  private static final int HEADER = 12;

  private final DatagramSocket socket;
  private final String name;
  private final int type;
  private final List<byte[]> answers;

  private NameServer(DatagramSocket socket, String name, int type, List<byte[]> answers) {
    this.socket = socket;
    this.name = name;
    this.type = type;
    this.answers = answers;
  }

  /// Tells the addresses of a name.
  static NameServer ofAddresses(String name, List<String> addresses) {
    return start(name, A, addresses.stream().map(NameServer::address).toList());
  }

  /// Tells the ports of a service; all are on localhost.
  static NameServer ofPorts(String name, List<Integer> ports) {
    return start(name, SRV, ports.stream().map(NameServer::service).toList());
  }

  private static NameServer start(String name, int type, List<byte[]> answers) {
    try {
      var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
      var server = new NameServer(socket, name, type, answers);
      Thread.ofVirtual().start(server::serve);
      return server;
    } catch (SocketException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /// The settings that make a node ask here.
  String settings() {
    return """
    pekko.io.dns.async-dns { nameservers = ["127.0.0.1:%d"], search-domains = [] }
    """
        .formatted(socket.getLocalPort());
  }

  private void serve() {
    try {
      var packet = new DatagramPacket(new byte[512], 512);
      while (true) {
        packet.setLength(512);
        socket.receive(packet);
        var answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()));
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private byte[] answer(byte[] question) throws IOException {
    int end = endOfName(question);
    int asked = ByteBuffer.wrap(question).getShort(end);
    boolean isKnown = asked == type && nameIn(question).equalsIgnoreCase(name);
    var given = isKnown ? answers : List.<byte[]>of();
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.write(question, 0, 2);
    out.writeShort(0x8580); // an answer, authoritative, and recursion was there to be had
    out.writeShort(1);
    out.writeShort(given.size());
    out.writeInt(0);
    out.write(question, HEADER, end + 4 - HEADER);
    for (var data : given) {
      out.writeShort(0xc000 + HEADER); // the name that was asked for
      out.writeShort(type);
      out.writeShort(1);
      out.writeInt(0); // not to be kept
      out.writeShort(data.length);
      out.write(data);
    }
    return bytes.toByteArray();
  }

  private static int endOfName(byte[] message) {
    int at = HEADER;
    while (message[at] != 0) {
      at += message[at] + 1;
    }
    return at + 1;
  }

  private static String nameIn(byte[] message) {
    var name = new StringBuilder();
    for (int at = HEADER; message[at] != 0; at += message[at] + 1) {
      name.append(name.isEmpty() ? "" : ".")
          .append(new String(message, at + 1, message[at], US_ASCII));
    }
    return name.toString();
  }

  private static byte[] address(String text) {
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /// Priority, weight, port and host.
  private static byte[] service(int port) {
    var host = "localhost".getBytes(US_ASCII);
    return ByteBuffer.allocate(8 + host.length)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort((short) port)
        .put((byte) host.length)
        .put(host)
        .put((byte) 0)
        .array();
  }

  @Override
  public void close() {
    socket.close();
  }
}
