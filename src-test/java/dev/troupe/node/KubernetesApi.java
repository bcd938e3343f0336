package dev.troupe.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.troupe.cluster.TestKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// The part of Kubernetes' API that lists the pods of a namespace, by HTTPS on loopback: one pod for
/// each port that it is told. It wants the token of a service account and the selector of our pods.
final class KubernetesApi implements AutoCloseable {

  private static final String TOKEN = "token-of-the-service-account";
  private static final String PATH = "/api/v1/namespaces/agents/pods";
  private static final String SELECTOR = "app.kubernetes.io/name=troupe";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpsServer server;
  private final List<Integer> ports;
  private final Path folder;

  private KubernetesApi(HttpsServer server, List<Integer> ports, Path folder) {
    this.server = server;
    this.ports = ports;
    this.folder = folder;
  }

  /// @param ports of the pods' management
  /// @param folder for what a pod finds mounted
  static KubernetesApi start(List<Integer> ports, Path folder) {
    try {
      var server =
          HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 16);
      server.setHttpsConfigurator(new HttpsConfigurator(tls(folder)));
      var api = new KubernetesApi(server, ports, folder);
      Files.writeString(folder.resolve("token"), TOKEN);
      Files.writeString(folder.resolve("namespace"), "agents");
      server.createContext("/", api::answer);
      server.start();
      return api;
    } catch (IOException | GeneralSecurityException failed) {
      throw new IllegalStateException("no API server", failed);
    }
  }

  private static SSLContext tls(Path folder) throws IOException, GeneralSecurityException {
    var own = TestKeys.authority(folder).certificate("api", "kubernetes", "ip:127.0.0.1");
    var password = TestKeys.PASSWORD.toCharArray();
    var keys = KeyStore.getInstance("PKCS12");
    try (var store = Files.newInputStream(folder.resolve("api.p12"));
        var signed = Files.newInputStream(own.certificate())) {
      keys.load(store, password);
      // Until here it is the one that the tool makes with a key, which nobody has signed.
      var certificate = CertificateFactory.getInstance("X.509").generateCertificate(signed);
      keys.setKeyEntry(
          "api", keys.getKey("api", password), password, new Certificate[] {certificate});
    }
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, password);
    var context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }

  /// What Kubernetes puts into the environment of a pod.
  Map<String, String> environment() {
    return Map.of(
        "KUBERNETES_SERVICE_HOST",
        "127.0.0.1",
        "KUBERNETES_SERVICE_PORT",
        Integer.toString(server.getAddress().getPort()));
  }

  /// Where a pod finds what is mounted into it.
  String settings() {
    return """
    pekko.discovery.kubernetes-api {
      api-ca-path = "%1$s/authority.crt"
      api-token-path = "%1$s/token"
      pod-namespace-path = "%1$s/namespace"
    }
    """
        .formatted(folder);
  }

  private void answer(HttpExchange exchange) throws IOException {
    var uri = exchange.getRequestURI();
    var query = URLDecoder.decode(String.valueOf(uri.getRawQuery()), UTF_8);
    boolean isKnown =
        ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
    if (!isKnown) {
      send(exchange, 401, failure("Unauthorized", 401));
    } else if (!uri.getPath().equals(PATH)) {
      send(exchange, 403, failure("Forbidden", 403));
    } else if (!query.equals("labelSelector=" + SELECTOR)) {
      send(exchange, 200, list(List.of()));
    } else {
      send(exchange, 200, list(ports));
    }
  }

  private static ObjectNode failure(String reason, int code) {
    return JSON.createObjectNode()
        .put("kind", "Status")
        .put("apiVersion", "v1")
        .put("status", "Failure")
        .put("reason", reason)
        .put("code", code);
  }

  private static ObjectNode list(List<Integer> ports) {
    var list = JSON.createObjectNode().put("kind", "PodList").put("apiVersion", "v1");
    list.putObject("metadata").put("resourceVersion", "4711");
    var items = list.putArray("items");
    for (int port : ports) {
      pod(items.addObject(), items.size() - 1, port);
    }
    return list;
  }

  private static void pod(ObjectNode pod, int number, int port) {
    var metadata = pod.putObject("metadata");
    metadata.put("name", "troupe-" + number).put("namespace", "agents");
    metadata.putObject("labels").put("app.kubernetes.io/name", "troupe");
    var container = pod.putObject("spec").putArray("containers").addObject();
    container.put("name", "troupe").put("image", "troupe:1");
    var declared = container.putArray("ports");
    declared.addObject().put("name", "http").put("containerPort", 8080).put("protocol", "TCP");
    declared
        .addObject()
        .put("name", "management")
        .put("containerPort", port)
        .put("protocol", "TCP");
    var status = pod.putObject("status").put("phase", "Running").put("podIP", "127.0.0.1");
    status.putArray("podIPs").addObject().put("ip", "127.0.0.1");
    var running = status.putArray("containerStatuses").addObject();
    running.put("name", "troupe").put("ready", false);
    running.putObject("state").putObject("running").put("startedAt", "2026-11-21T17:00:00Z");
  }

  private static void send(HttpExchange exchange, int status, ObjectNode body) throws IOException {
    var bytes = body.toString().getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
