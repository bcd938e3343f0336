package dev.troupe.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.troupe.actor.CallSettings;
import dev.troupe.actor.RecordingSettings;
import dev.troupe.actor.RunSettings;
import dev.troupe.cluster.ClusterSettings;
import dev.troupe.cluster.ClusterSettings.Role;
import dev.troupe.cluster.StorageSettings;
import dev.troupe.connector.ConnectorSettings;
import dev.troupe.connector.TransportSettings;
import dev.troupe.embedded.EmbeddedEngineSettings;
import dev.troupe.engine.EngineDescription;
import dev.troupe.engine.EngineSearchSettings;
import dev.troupe.engine.EngineSettings;
import dev.troupe.engine.EnginesSettings;
import dev.troupe.gateway.GatewaySettings;
import dev.troupe.management.ManagementSettings;
import dev.troupe.program.ProgramSettings;
import dev.troupe.program.ServiceSettings;
import dev.troupe.program.SettingsReader;
import dev.troupe.schedule.ScheduleSettings;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Function;

/// All settings of a node, read and checked before anything starts.
///
/// @param hasMetricsAgent whether Kamon's agent is attached
record NodeSettings(
    ClusterSettings cluster,
    StorageSettings storage,
    GatewaySettings gateway,
    ManagementSettings management,
    ScheduleSettings schedule,
    ServiceSettings service,
    ProgramSettings program,
    CallSettings call,
    RunSettings run,
    RecordingSettings recording,
    EngineSettings engine,
    EnginesSettings engines,
    EngineSearchSettings engineSearch,
    EmbeddedEngineSettings embedded,
    ConnectorSettings connector,
    TransportSettings transport,
    LeavingSettings leaving,
    boolean hasMetricsAgent) {

  /// Each can be read though another cannot.
  private static final List<Function<Config, ?>> SECTIONS =
      List.of(
          ClusterSettings::of,
          StorageSettings::of,
          GatewaySettings::of,
          ManagementSettings::of,
          ScheduleSettings::of,
          ServiceSettings::of,
          ProgramSettings::of,
          CallSettings::of,
          RunSettings::of,
          RecordingSettings::of,
          EngineSettings::of,
          EnginesSettings::of,
          EngineSearchSettings::of,
          EmbeddedEngineSettings::of,
          ConnectorSettings::of,
          TransportSettings::of,
          LeavingSettings::of,
          NodeSettings::metricsAgent);

  NodeSettings {
    if (cluster.discovery().asksOthers()) {
      management.checkThatOthersFindIt();
    }
    if (cluster.formsAlone() && !cluster.roles().contains(Role.SCHEDULER)) {
      throw new IllegalArgumentException(
          "troupe.cluster.roles: without the role scheduler here, calls would wait for ever;"
              + " add it, or name a cluster to join in troupe.cluster.seeds");
    }
    if (cluster.roles().contains(Role.GATEWAY)
        && gateway.port() != 0
        && gateway.port() == management.port()
        && gateway.host().equals(management.host())) {
      throw new IllegalArgumentException(
          ("troupe.gateway.port: is troupe.management.port as well, %d on %s; choose another for one"
                  + " of them, or 0 for any free one")
              .formatted(gateway.port(), gateway.host()));
    }
  }

  /// Whether this node takes calls in over HTTP.
  boolean hasGateway() {
    return cluster.roles().contains(Role.GATEWAY);
  }

  /// The engines that this node's configuration has watched: none without the role.
  List<EngineDescription> watchedEngines() {
    return cluster.roles().contains(Role.ENGINE) ? engines.engines() : List.of();
  }

  /// @throws ConfigurationException naming, of each section, the first key that cannot be used, and
  ///     the mend
  static NodeSettings of(Config config) {
    try {
      return read(config);
    } catch (ConfigException | IllegalArgumentException broken) {
      var problems = new LinkedHashSet<String>();
      SECTIONS.forEach(section -> problems.addAll(problems(section, config)));
      throw new ConfigurationException(
          problems.isEmpty() ? ConfigurationException.problems(broken) : problems);
    }
  }

  private static List<String> problems(Function<Config, ?> section, Config config) {
    try {
      var _ = section.apply(config);
      return List.of();
    } catch (ConfigException | IllegalArgumentException broken) {
      return ConfigurationException.problems(broken);
    }
  }

  private static NodeSettings read(Config config) {
    return new NodeSettings(
        ClusterSettings.of(config),
        StorageSettings.of(config),
        GatewaySettings.of(config),
        ManagementSettings.of(config),
        ScheduleSettings.of(config),
        ServiceSettings.of(config),
        ProgramSettings.of(config),
        CallSettings.of(config),
        RunSettings.of(config),
        RecordingSettings.of(config),
        EngineSettings.of(config),
        EnginesSettings.of(config),
        EngineSearchSettings.of(config),
        EmbeddedEngineSettings.of(config),
        ConnectorSettings.of(config),
        TransportSettings.of(config),
        LeavingSettings.of(config),
        metricsAgent(config));
  }

  private static boolean metricsAgent(Config config) {
    return SettingsReader.of(config, "troupe.node").flag("metrics-agent");
  }

  /// Whether this node runs the embedded engine.
  boolean runsEmbedded() {
    return cluster.roles().contains(Role.ENGINE) && embedded.runs(!engines.engines().isEmpty());
  }
}
