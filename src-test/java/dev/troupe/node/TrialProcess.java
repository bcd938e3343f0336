package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A trial cluster as a user starts it: `up --nodes`, in processes of its own.
final class TrialProcess implements AutoCloseable {

  /// Its nodes are JVMs that start at once, on a machine that may be busy.
  static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final Pattern NODE =
      Pattern.compile("  (node-\\d+) +(http://\\S+) +management http://\\S+ +pid (\\d+)");

  private final Process process;
  private final URI front;
  private final List<Member> members;

  private TrialProcess(Process process, URI front, List<Member> members) {
    this.process = process;
    this.front = front;
    this.members = members;
  }

  /// A node as it was announced.
  record Member(String name, URI url, ProcessHandle handle) {

    boolean isReady() {
      try (var http = HttpClient.newHttpClient()) {
        return http.send(request(url, "/ready"), BodyHandlers.discarding()).statusCode() == 200;
      } catch (IOException _) {
        return false;
      } catch (InterruptedException stopped) {
        throw new IllegalStateException(stopped);
      }
    }
  }

  /// Starts it, and reads all that it announces.
  ///
  /// @param settings of the configuration file
  static TrialProcess start(int nodes, Path folder, String settings) {
    var file = NodeProcess.configuration(folder, settings);
    var builder =
        NodeProcess.up(
            "--nodes", Integer.toString(nodes), "--port", "0", "--config", file.toString());
    try {
      var process = builder.redirectError(Redirect.INHERIT).start();
      var output = process.inputReader();
      var ready = TestProcess.readTo(output, "Troupe is ready");
      var members = new ArrayList<Member>();
      for (var line = output.readLine(); members.size() < nodes; line = output.readLine()) {
        if (line == null || line.contains("kill -HUP")) {
          throw new AssertionError("announced no more than " + members);
        }
        var member = NODE.matcher(line);
        if (member.matches()) {
          var handle = ProcessHandle.of(Long.parseLong(member.group(3))).orElseThrow();
          members.add(new Member(member.group(1), URI.create(member.group(2)), handle));
        }
      }
      var front = URI.create(ready.substring(ready.indexOf("http://")).strip());
      return new TrialProcess(process, front, List.copyOf(members));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  int port() {
    return front.getPort();
  }

  List<Member> members() {
    return members;
  }

  /// Asks something through the front.
  String get(String path) {
    try (var http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = http.send(request(front, path), BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return answer.body();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  /// Sends something through the front, and takes no more than that it was accepted.
  void post(String path, String body) {
    try (var http = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(front.resolve(path))
              .version(HttpClient.Version.HTTP_1_1)
              .timeout(Duration.ofSeconds(30))
              .POST(BodyPublishers.ofString(body))
              .build();
      var answer = http.send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  private static HttpRequest request(URI url, String path) {
    return HttpRequest.newBuilder(url.resolve(path))
        .version(HttpClient.Version.HTTP_1_1)
        .timeout(Duration.ofSeconds(30))
        .build();
  }

  /// Every process there is of it, its own among them.
  List<ProcessHandle> processes() {
    var all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    return List.copyOf(all);
  }

  void signal(String name) {
    Command.of("sh", "-c", "kill -" + name + " " + process.pid()).run();
  }

  int awaitEnd() {
    return process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join().exitValue();
  }

  /// Its nodes notice.
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
