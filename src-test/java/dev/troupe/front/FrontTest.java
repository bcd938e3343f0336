package dev.troupe.front;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.troupe.front.Target.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The front between real sockets.
@Timeout(30)
class FrontTest {

  private static final int PATIENCE_MILLIS = 20_000;

  private final Front front = Front.listen(loopback(0), Duration.ofSeconds(2));

  @AfterEach
  void close() {
    front.close();
  }

  @Test
  void passesBytesBothWaysUnchanged() throws IOException {
    try (var node = node()) {
      front.update(List.of(ready(node)));
      try (var client = client();
          var served = accept(node)) {
        client.getOutputStream().write("question".getBytes(UTF_8));
        assertThat(new String(served.getInputStream().readNBytes(8), UTF_8)).isEqualTo("question");

        served.getOutputStream().write("answer".getBytes(UTF_8));
        assertThat(new String(client.getInputStream().readNBytes(6), UTF_8)).isEqualTo("answer");
      }
    }
  }

  @Test
  void answersAClientThatHasEndedItsOwnDirection() throws IOException {
    try (var node = node()) {
      front.update(List.of(ready(node)));
      try (var client = client();
          var served = accept(node)) {
        client.getOutputStream().write("all".getBytes(UTF_8));
        client.shutdownOutput();
        assertThat(new String(served.getInputStream().readAllBytes(), UTF_8)).isEqualTo("all");

        served.getOutputStream().write("answer".getBytes(UTF_8));
        served.close();

        assertThat(new String(client.getInputStream().readAllBytes(), UTF_8)).isEqualTo("answer");
      }
    }
  }

  @Test
  void readsNoFasterThanTheClient() throws IOException {
    try (var node = node()) {
      front.update(List.of(ready(node)));
      var sent = new byte[32 * 1024 * 1024];
      Arrays.fill(sent, (byte) 'x');
      try (var client = client();
          var served = accept(node)) {
        var writer = Thread.ofVirtual().start(() -> write(served, sent));
        // What lies in buffers on the way is far less than all: it waits until the client reads.
        assertThat(client.getInputStream().read()).isEqualTo('x');
        assertThat(writer.isAlive()).isTrue();

        assertThat(client.getInputStream().readNBytes(sent.length - 1)).hasSize(sent.length - 1);
      }
    }
  }

  @Test
  void endsAConnectionWhoseNodeIsGone() throws IOException {
    try (var node = node()) {
      front.update(List.of(ready(node)));
      try (var client = client();
          var served = accept(node)) {
        client.getOutputStream().write('q');
        assertThat(served.getInputStream().read()).isEqualTo('q');

        served.close();

        assertThat(client.getInputStream().read()).isNegative();
      }
    }
  }

  @Test
  void passesAResetOn() throws IOException {
    try (var node = node()) {
      front.update(List.of(ready(node)));
      try (var client = client();
          var served = accept(node)) {
        client.getOutputStream().write('q');
        assertThat(served.getInputStream().read()).isEqualTo('q');

        served.setSoLinger(true, 0);
        served.close();

        assertThatThrownBy(() -> client.getInputStream().read())
            .isInstanceOf(SocketException.class);
      }
    }
  }

  @Test
  void triesTheNextNodeWhereOneTakesNoConnection() throws IOException {
    var gone = node();
    gone.close();
    try (var node = node()) {
      front.update(List.of(ready(gone), ready(node)));
      try (var client = client();
          var served = accept(node)) {
        client.getOutputStream().write('q');
        assertThat(served.getInputStream().read()).isEqualTo('q');
      }
    }
  }

  @Test
  void spreadsConnections() throws IOException {
    try (var first = node();
        var second = node()) {
      front.update(List.of(ready(first), ready(second)));
      try (var one = client();
          var other = client();
          var servedOne = accept(first);
          var servedOther = accept(second)) {
        assertThat(List.of(one, other, servedOne, servedOther)).allMatch(Socket::isConnected);
      }
    }
  }

  @Test
  void letsClientsWaitUntilThereIsANode() throws IOException {
    try (var client = client();
        var node = node()) {
      client.getOutputStream().write('q');

      front.update(List.of(ready(node)));

      try (var served = accept(node)) {
        assertThat(served.getInputStream().read()).isEqualTo('q');
      }
    }
  }

  @Test
  void saysAfterAWhileThatNobodyIsThere() throws IOException {
    try (var client = client()) {
      client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));

      assertThat(new String(client.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 503")
          .contains("Retry-After: 1")
          .contains("no_node");
    }
  }

  @Test
  void takesNoMoreConnectionsAndLetsOpenOnesGoOn() throws IOException {
    try (var node = node()) {
      front.update(List.of(ready(node)));
      try (var client = client();
          var served = accept(node)) {
        front.stopListening();

        // The thread that accepts lets go of the port a moment later.
        await()
            .untilAsserted(() -> assertThatThrownBy(this::client).isInstanceOf(IOException.class));
        client.getOutputStream().write('q');
        assertThat(served.getInputStream().read()).isEqualTo('q');
      }
    }
  }

  private static void write(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException _) {
      // Whoever reads will miss them.
    }
  }

  private Socket client() throws IOException {
    return patient(new Socket(InetAddress.getLoopbackAddress(), front.address().getPort()));
  }

  private static ServerSocket node() throws IOException {
    var node = new ServerSocket();
    node.bind(loopback(0));
    node.setSoTimeout(PATIENCE_MILLIS);
    return node;
  }

  private static Socket accept(ServerSocket node) throws IOException {
    return patient(node.accept());
  }

  private static Socket patient(Socket socket) throws IOException {
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static Target ready(ServerSocket node) {
    return new Target(loopback(node.getLocalPort()), State.READY);
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }
}
