package dev.troupe.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Reads a run's events from a gateway, to the last of them, over as many connections as that takes: one that
/// breaks or ends early, as where its node leaves, is made again from the last event on.
final class RunFollower {

  private static final String EVENT = "event: ";
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  /// With a second between them: a node that leaves is gone by then, or another has its run.
  static final int MOST_REFUSALS = 60;

  /// Asks a gateway for events.
  interface Source {

    /// @param id of the last event that is known
    HttpResponse<InputStream> after(String id) throws IOException, InterruptedException;
  }

  /// Shows them.
  interface Display {

    /// @param event in JSON
    void show(String event) throws IOException, InterruptedException;
  }

  /// A gateway that has no events for us.
  static final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String body;

    RefusedException(int status, String body) {
      super("status " + status);
      this.status = status;
      this.body = body;
    }

    int status() {
      return status;
    }

    String body() {
      return body;
    }
  }

  private final Source source;
  private final Display display;
  private final Duration pause;
  private String last = "0";
  private boolean isOver;

  /// @param pause before events are asked for again
  RunFollower(Source source, Display display, Duration pause) {
    this.source = source;
    this.display = display;
    this.pause = pause;
  }

  /// Returns once the run has ended.
  ///
  /// @throws RefusedException if the gateway says that it never has the events, or for too long that it cannot
  ///     be asked now
  void follow() throws IOException, InterruptedException, RefusedException {
    int refusals = 0;
    while (true) {
      var answer = source.after(last);
      if (answer.statusCode() == OK) {
        refusals = 0;
        read(answer.body());
      } else if (answer.statusCode() != UNAVAILABLE || ++refusals > MOST_REFUSALS) {
        throw new RefusedException(
            answer.statusCode(), new String(answer.body().readAllBytes(), StandardCharsets.UTF_8));
      }
      if (isOver) {
        return;
      }
      Thread.sleep(pause);
    }
  }

  private void read(InputStream body) throws InterruptedException {
    try (var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("id: ")) {
          last = line.substring("id: ".length());
        } else if (line.startsWith(EVENT)) {
          isOver |= line.equals(EVENT + "run_ended");
        } else if (line.startsWith("data: ")) {
          display.show(line.substring("data: ".length()));
        }
      }
    } catch (IOException broken) {
      // Asked again from the last event on; a node that is gone says so then.
    }
  }
}
