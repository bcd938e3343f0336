package dev.troupe.node;

import static java.util.stream.Collectors.joining;

import dev.troupe.node.NodeSummary.ClusterPart;
import dev.troupe.node.NodeSummary.EnginePart;
import dev.troupe.node.NodeSummary.EnginesPart;
import dev.troupe.node.NodeSummary.GatewayPart;
import dev.troupe.node.NodeSummary.SchedulerPart;
import dev.troupe.node.NodeSummary.StoragePart;
import dev.troupe.node.NodeSummary.TenantPart;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What a node is, for people.
final class NodeSummaryText {

  private static final int LABEL = 12;

  private final StringBuilder text = new StringBuilder();

  private NodeSummaryText() {}

  /// Lines, each with its end.
  static String of(NodeSummary summary) {
    var lines = new NodeSummaryText();
    lines.text.append("The configuration is good. A node that starts with it here has\n\n");
    lines.cluster(summary.cluster());
    summary.gateway().ifPresent(lines::gateway);
    summary.scheduler().ifPresent(lines::scheduler);
    summary.engines().ifPresent(lines::engines);
    lines.row("storage", storage(summary.storage()));
    if (!summary.runs().functions().isEmpty()) {
      lines.row("functions", String.join(", ", summary.runs().functions()));
    }
    if (!summary.runs().pricedModels().isEmpty()) {
      lines.row("prices", "of " + String.join(", ", summary.runs().pricedModels()));
    }
    summary.recording().ifPresent(file -> lines.row("recording", "in " + file));
    lines.row("management", address(summary.management()));
    summary.warnings().forEach(warning -> lines.text.append("\n! ").append(warning).append('\n'));
    return lines.text.toString();
  }

  private void cluster(ClusterPart cluster) {
    row("roles", String.join(", ", cluster.roles()));
    row("address", address(cluster.address()) + ", for other nodes");
    row(
        "cluster",
        switch (cluster.foundBy()) {
          case "nobody" -> "of its own";
          case "seeds" ->
              "by the seeds "
                  + String.join(", ", cluster.others())
                  + (cluster.isFirstSeed()
                      ? "; this node is the first: it forms the cluster where there is none"
                      : "");
          default -> "by " + cluster.foundBy() + ", " + String.join(", ", cluster.others());
        });
    row("tls", cluster.tls());
  }

  private void gateway(GatewayPart gateway) {
    row(
        "gateway",
        address(gateway.address()),
        "bodies up to %s, together %s; calls up to %d s, %d s where they ask for it"
            .formatted(
                mebibytes(gateway.maxBodyBytes()),
                mebibytes(gateway.maxHeldBytes()),
                seconds(gateway.deadlineMillis()),
                seconds(gateway.maxDeadlineMillis())));
    if (gateway.tenants().isEmpty()) {
      row("tenants", "each API key is one, and any is taken");
    } else {
      row("tenants", gateway.tenants().stream().map(NodeSummaryText::tenant).toList());
    }
  }

  private void scheduler(SchedulerPart scheduler) {
    row(
        "scheduler",
        scheduler.discipline() + ", " + scheduler.placement(),
        "up to %d calls waiting for a model; %d programs, %d runs with %d steps in memory"
            .formatted(
                scheduler.maxWaiting(),
                scheduler.maxResidentPrograms(),
                scheduler.maxResidentRuns(),
                scheduler.maxResidentSteps()));
  }

  private void engines(EnginesPart engines) {
    var lines = new ArrayList<String>();
    engines.configured().forEach(engine -> lines.add(engine(engine)));
    engines.embedded().ifPresent(model -> lines.add("the embedded one, with " + model));
    if (!engines.searched().isEmpty()) {
      lines.add("those found at " + searched(engines.searched()));
    }
    row("engines", lines.isEmpty() ? List.of("none") : lines);
  }

  private static String engine(EnginePart engine) {
    return engine.name()
        + ": "
        + engine.dialect()
        + " at "
        + engine.url()
        + (engine.models().isEmpty() ? "" : ", for " + String.join(", ", engine.models()))
        + (engine.hasKey() ? ", with a key" : "")
        + (engine.isPinned() ? ", pinned" : "");
  }

  /// One host, and its ports as ranges.
  private static String searched(List<String> urls) {
    var ranges = new ArrayList<String>();
    int first = -1;
    int last = -1;
    for (var url : urls) {
      int port = URI.create(url).getPort();
      boolean goesOn = port == last + 1;
      first = goesOn ? first : port;
      last = port;
      if (goesOn) {
        ranges.removeLast();
      }
      ranges.add(first == last ? "" + port : first + "-" + last);
    }
    return URI.create(urls.getFirst()).getHost() + ", ports " + String.join(", ", ranges);
  }

  private static String tenant(TenantPart tenant) {
    var text =
        new StringBuilder(tenant.name())
            .append(tenant.keys() == 1 ? ", 1 key" : ", " + tenant.keys() + " keys");
    tenant
        .highestPriority()
        .ifPresent(priority -> text.append(", priority up to ").append(priority));
    tenant
        .concurrentTasks()
        .ifPresent(tasks -> text.append(", ").append(tasks).append(" steps of runs at a time"));
    tenant
        .tasksPerSecond()
        .ifPresent(rate -> text.append(", ").append(rate).append(" steps of runs a second"));
    return text.toString();
  }

  private static String storage(StoragePart storage) {
    return storage.kind()
        + ", "
        + storage.place()
        + storage
            .user()
            .map(user ->
                ", as "
                    + user
                    + (storage.hasPassword() ? " with a password" : " without a password"))
            .orElse("");
  }

  private static String address(String address) {
    return address.endsWith(":0")
        ? address.substring(0, address.length() - 2) + ", any free port"
        : address;
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }

  private static long seconds(long millis) {
    return TimeUnit.MILLISECONDS.toSeconds(millis);
  }

  private void row(String label, String... lines) {
    row(label, List.of(lines));
  }

  private void row(String label, List<String> lines) {
    var indent = " ".repeat(LABEL + 2);
    text.append("  ")
        .append(label)
        .append(" ".repeat(LABEL - label.length()))
        .append(lines.stream().collect(joining("\n" + indent)))
        .append('\n');
  }
}
