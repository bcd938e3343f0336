package dev.troupe.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Has a node execute a plan from a file, and shows how it goes. The run lives at the node: this command
/// may end before it, and take up again.
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Executes a plan, in JSON or YAML, at a node, and shows how it goes.")
final class RunFileCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ASK_LIMIT = Duration.ofSeconds(30);

  /// Before events are asked for again, as the stream itself says (`retry`).
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final String KEY_VARIABLE = "OPENAI_API_KEY";
  private static final int CREATED = 202;
  private static final int CONFLICT = 409;

  @Parameters(paramLabel = "FILE", description = "The plan, as POST /v1/runs takes it.")
  private Path file = Path.of("");

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:8080",
      description = "The gateway of any node (${DEFAULT-VALUE}).")
  private URI url = URI.create("");

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "The API key; " + KEY_VARIABLE + " is taken without it.")
  private @Nullable String key;

  @Option(
      names = "--resume",
      description = "Shows the run of the file's id, where it is there already.")
  private boolean isResumed;

  private final boolean canRedraw = System.console() != null && System.console().isTerminal();

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var run = submit(http);
      var screen = new RunScreen();
      if (!canRedraw) {
        System.out.println("run " + run);
      }
      follow(http, run, screen);
      var end = get(http, "/v1/runs/" + encoded(run));
      System.out.print(screen.frame(end, canRedraw));
      return end.path("state").asText().equals("completed") ? 0 : 1;
    } catch (ConnectException nobody) {
      throw new CommandException(
          "no node answers at " + url + "; start one with ./troupe up, or name one with --url",
          nobody);
    }
  }

  /// @return the run's id
  private String submit(HttpClient http) throws IOException, InterruptedException {
    byte[] plan;
    try {
      plan = Files.readAllBytes(file);
    } catch (NoSuchFileException missing) {
      throw new CommandException("there is no file " + file, missing);
    }
    var name = file.toString();
    boolean isYaml = name.endsWith(".yaml") || name.endsWith(".yml");
    if (isResumed && idOf(plan, isYaml).isEmpty()) {
      throw new CommandException(
          "--resume shows the run of the file's id, and "
              + file
              + " has no id: it would run once more");
    }
    var answer =
        http.send(
            request("/v1/runs")
                .header("Content-Type", isYaml ? "application/yaml" : "application/json")
                .POST(BodyPublishers.ofByteArray(plan))
                .build(),
            BodyHandlers.ofString());
    var json = json(answer);
    if (answer.statusCode() == CONFLICT && isResumed) {
      return idOf(plan, isYaml).orElseThrow(() -> refused(json));
    }
    if (answer.statusCode() != CREATED) {
      throw refused(json);
    }
    return json.path("id").asText();
  }

  /// The id that a plan gives itself, at its outermost level.
  private static Optional<String> idOf(byte[] plan, boolean isYaml) throws IOException {
    if (!isYaml) {
      return Optional.of(JSON.readTree(plan).path("id").asText()).filter(id -> !id.isEmpty());
    }
    return new String(plan, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith("id:"))
        .map(line -> line.substring("id:".length()).strip().replaceAll("^[\"']|[\"']$", ""))
        .findFirst();
  }

  /// Until the run's last event.
  private void follow(HttpClient http, String run, RunScreen screen)
      throws IOException, InterruptedException {
    var path = "/v1/runs/" + encoded(run);
    var follower =
        new RunFollower(
            last ->
                http.send(
                    request(path + "/events").header("Last-Event-ID", last).build(),
                    BodyHandlers.ofInputStream()),
            event -> show(http, path, event, screen),
            PAUSE);
    try {
      follower.follow();
    } catch (RunFollower.RefusedException refused) {
      throw refused(json(refused.status(), refused.body()));
    }
  }

  private void show(HttpClient http, String path, String event, RunScreen screen)
      throws IOException, InterruptedException {
    if (canRedraw) {
      System.out.print(screen.frame(get(http, path), true));
      return;
    }
    var json = JSON.readTree(event);
    var step = json.path("step").asText();
    System.out.println(
        json.path("event").asText().replace('_', ' ') + (step.isEmpty() ? "" : " " + step));
  }

  private JsonNode get(HttpClient http, String path) throws IOException, InterruptedException {
    return json(http.send(request(path).build(), BodyHandlers.ofString()));
  }

  private HttpRequest.Builder request(String path) {
    var request = HttpRequest.newBuilder(url.resolve(path)).timeout(ASK_LIMIT);
    Optional.ofNullable(key)
        .or(() -> Optional.ofNullable(System.getenv(KEY_VARIABLE)))
        .ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    return request;
  }

  private JsonNode json(HttpResponse<String> answer) {
    return json(answer.statusCode(), answer.body());
  }

  private JsonNode json(int status, String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException noJson) {
      throw new CommandException(
          "what answers at " + url + " is not a Troupe gateway (status " + status + ")", noJson);
    }
  }

  private static CommandException refused(JsonNode answer) {
    return new CommandException(refusal(answer.path("error")));
  }

  /// What a gateway's error means to whoever gave the command.
  static String refusal(JsonNode error) {
    var code = error.path("code").asText("refused");
    var place = error.path("param").asText("");
    var message =
        (place.isEmpty() || place.equals("null") ? "" : place + ": ")
            + error.path("message").asText(error.toString());
    return switch (code) {
      case "run_exists" ->
          code
              + ": there is a run of the file's id already: see it with --resume, or give the file another id";
      case "invalid_api_key" ->
          code
              + ": this gateway takes the keys of its tenants alone: give one with --key, or in the environment"
              + " variable "
              + KEY_VARIABLE;
      default -> code + ": " + message;
    };
  }

  private static String encoded(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
