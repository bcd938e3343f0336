package dev.troupe.node;

import static java.util.stream.Collectors.joining;

import dev.troupe.management.ClusterStatus;
import dev.troupe.management.StatusJson;
import dev.troupe.management.StatusTable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
      split = ",",
      defaultValue = "http://127.0.0.1:8558,http://127.0.0.1:8559,http://127.0.0.1:8560",
      description = {
        "Where the management of any of its nodes listens; of several, the first that answers is asked",
        "(${DEFAULT-VALUE}: the nodes of ./troupe up)."
      })
  private List<URI> urls = List.of();

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
      for (var url : urls) {
        var answer = ask(http, url);
        if (answer.isPresent()) {
          return answer.get();
        }
      }
    }
    throw new CommandException(
        "no node answers at "
            + urls.stream().map(URI::toString).collect(joining(", "))
            + "; start one with ./troupe up, or name one with --url"
            + " (its address is in troupe.management)");
  }

  /// Empty when nobody answers there.
  private static Optional<String> ask(HttpClient http, URI url) throws InterruptedException {
    try {
      var request = HttpRequest.newBuilder(url.resolve("/status")).timeout(ANSWER_LIMIT).build();
      var response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw notTroupe(url.toString(), "status " + response.statusCode());
      }
      return Optional.of(response.body());
    } catch (ConnectException | HttpTimeoutException silent) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException broken) {
      throw notTroupe(url.toString(), String.valueOf(broken.getMessage()));
    }
  }

  private static ClusterStatus read(String answer) {
    try {
      return StatusJson.read(answer);
    } catch (IllegalArgumentException broken) {
      throw notTroupe("that address", String.valueOf(broken.getMessage()));
    }
  }

  private static CommandException notTroupe(String place, String cause) {
    return new CommandException(
        "what answers at "
            + place
            + " is not the management of a Troupe node ("
            + cause
            + "); name its address from troupe.management with --url");
  }
}
