package dev.troupe.node;

import dev.troupe.management.ClusterStatus;
import dev.troupe.management.StatusJson;
import dev.troupe.management.StatusTable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Shows what a cluster consists of and does, as one of its nodes tells it.
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows members, schedulers, engines and programs of a cluster.")
final class StatusCommand implements Callable<Integer> {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(3);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:8558",
      description = "Where the management of any of its nodes listens (${DEFAULT-VALUE}).")
  private URI url = URI.create("http://127.0.0.1:8558");

  @Option(names = "--json", description = "One JSON object instead of tables.")
  private boolean asJson;

  @Override
  public Integer call() throws InterruptedException {
    var answer = ask();
    if (asJson) {
      System.out.println(answer);
    } else {
      System.out.print(StatusTable.of(read(answer)));
    }
    return 0;
  }

  private String ask() throws InterruptedException {
    try (var http = HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).build()) {
      var request = HttpRequest.newBuilder(url.resolve("/status")).timeout(ANSWER_LIMIT).build();
      return body(http.send(request, BodyHandlers.ofString()));
    } catch (ConnectException | HttpTimeoutException silent) {
      throw new CommandException(
          "no node answers at "
              + url
              + "; start one with ./troupe up, or name one with --url"
              + " (its address is in troupe.management)",
          silent);
    } catch (IOException | IllegalArgumentException broken) {
      throw notTroupe(broken);
    }
  }

  private String body(HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      throw notTroupe(new IOException("status " + response.statusCode()));
    }
    return response.body();
  }

  private ClusterStatus read(String answer) {
    try {
      return StatusJson.read(answer);
    } catch (IllegalArgumentException broken) {
      throw notTroupe(broken);
    }
  }

  private CommandException notTroupe(Exception cause) {
    return new CommandException(
        "what answers at "
            + url
            + " is not the management of a Troupe node ("
            + cause.getMessage()
            + "); name its address from troupe.management with --url",
        cause);
  }
}
