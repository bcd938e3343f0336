package dev.troupe.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.troupe.actor.RunSettings;
import dev.troupe.cluster.ClusterSettings;
import dev.troupe.cluster.ClusterSettings.Role;
import dev.troupe.cluster.DiscoverySettings;
import dev.troupe.cluster.Members;
import dev.troupe.cluster.StorageSettings;
import dev.troupe.cluster.TlsSettings;
import dev.troupe.embedded.EmbeddedEngine;
import dev.troupe.engine.EngineDescription;
import dev.troupe.gateway.GatewaySettings.TenantKeys;
import dev.troupe.plan.ToolCatalog;
import dev.troupe.program.Tenant;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// What a node is with its settings, for operators to look at before it starts. Of keys and passwords
/// it holds how many there are, and none of them.
///
/// @param gateway empty on a node without the role; likewise the scheduler and the engines
/// @param recording the file in which served calls are recorded; empty where none is
/// @param management where it listens, as `host:port`, as all addresses here
/// @param warnings what someone should look at though the node starts
record NodeSummary(
    ClusterPart cluster,
    Optional<GatewayPart> gateway,
    Optional<SchedulerPart> scheduler,
    Optional<EnginesPart> engines,
    StoragePart storage,
    RunsPart runs,
    Optional<String> recording,
    String management,
    List<String> warnings) {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .build();

  /// @param foundBy how nodes find each other: `seeds`, `dns`, `kubernetes`; `nobody` for a cluster of
  ///     one
  /// @param others where it looks for them
  /// @param isFirstSeed whether this node forms the cluster where there is none
  /// @param tls `off`, or the files by which nodes know each other
  record ClusterPart(
      String address,
      List<String> roles,
      String foundBy,
      List<String> others,
      boolean isFirstSeed,
      String tls,
      long detectionMillis) {

    static ClusterPart of(ClusterSettings settings) {
      var address = settings.host() + ":" + settings.port();
      var seeds = settings.seeds().stream().map(Members::nameOf).toList();
      return new ClusterPart(
          address,
          Stream.of(Role.values()).filter(settings.roles()::contains).map(Role::key).toList(),
          switch (settings.discovery().method()) {
            case DiscoverySettings.Seeds _ -> seeds.isEmpty() ? "nobody" : "seeds";
            case DiscoverySettings.Dns _ -> "dns";
            case DiscoverySettings.Kubernetes _ -> "kubernetes";
          },
          switch (settings.discovery().method()) {
            case DiscoverySettings.Seeds _ -> seeds;
            case DiscoverySettings.Dns(var name) -> List.of(name);
            case DiscoverySettings.Kubernetes pods -> List.of(pods.labelSelector());
          },
          seeds.stream().findFirst().filter(address::equals).isPresent(),
          settings.tls().material().map(ClusterPart::files).orElse("off"),
          settings.detectionTime().toMillis());
    }

    private static String files(TlsSettings.Material material) {
      return switch (material) {
        case TlsSettings.SharedKey key -> key.file().toString();
        case TlsSettings.OwnCertificate own -> own.certificate() + ", " + own.authority();
      };
    }
  }

  /// @param tenants empty where any key is taken
  /// @param maxHeldBytes of all bodies in memory at one time
  record GatewayPart(
      String address,
      List<TenantPart> tenants,
      int highestPriority,
      int maxBodyBytes,
      long maxHeldBytes,
      long deadlineMillis,
      long maxDeadlineMillis) {

    static GatewayPart of(NodeSettings settings) {
      var gateway = settings.gateway();
      return new GatewayPart(
          gateway.host() + ":" + gateway.port(),
          gateway.tenants().stream().map(keys -> TenantPart.of(keys, settings.run())).toList(),
          gateway.highestPriority(),
          gateway.maxBodyBytes(),
          gateway.maxHeldBytes(),
          gateway.deadline().toMillis(),
          gateway.maxDeadline().toMillis());
    }
  }

  /// @param keys how many it has
  /// @param highestPriority where it is not that of all
  /// @param concurrentTasks of all its runs; empty without a limit
  /// @param tasksPerSecond likewise
  record TenantPart(
      String name,
      int keys,
      OptionalInt highestPriority,
      OptionalInt concurrentTasks,
      OptionalDouble tasksPerSecond) {

    static TenantPart of(TenantKeys tenant, RunSettings runs) {
      var limits = runs.tenants().of(new Tenant(tenant.name()));
      return new TenantPart(
          tenant.name(),
          tenant.apiKeys().size(),
          tenant.highestPriority(),
          limits.concurrentTasks(),
          limits.tasksPerSecond());
    }
  }

  /// @param maxWaiting calls for one model
  record SchedulerPart(
      String discipline,
      String placement,
      int maxWaiting,
      int maxResidentPrograms,
      int maxResidentRuns,
      int maxResidentSteps) {

    static SchedulerPart of(NodeSettings settings) {
      var schedule = settings.schedule();
      return new SchedulerPart(
          named(schedule.discipline()),
          named(schedule.placement().rule()),
          schedule.limits().maxWaiting(),
          settings.program().maxResident(),
          settings.run().room().runs(),
          settings.run().room().steps());
    }
  }

  /// @param searched where engines are looked for
  /// @param embedded the model of the embedded engine, where this node runs it
  record EnginesPart(
      List<EnginePart> configured, List<String> searched, Optional<String> embedded) {

    static EnginesPart of(NodeSettings settings) {
      var engines = settings.engines();
      return new EnginesPart(
          engines.engines().stream()
              .map(engine -> EnginePart.of(engine, engines.isPinned(engine)))
              .toList(),
          settings.engineSearch().urls().stream().map(NodeSummary::shown).toList(),
          settings.runsEmbedded()
              ? Optional.of(EmbeddedEngine.modelOf(settings.embedded()))
              : Optional.empty());
    }
  }

  /// @param models empty where the engine tells them
  record EnginePart(
      String name,
      String dialect,
      String url,
      List<String> models,
      boolean isPinned,
      boolean hasKey) {

    static EnginePart of(EngineDescription engine, boolean isPinned) {
      var endpoint = engine.endpoint();
      return new EnginePart(
          endpoint.id().value(),
          named(endpoint.dialect()),
          shown(endpoint.url()),
          engine.models().stream().sorted().toList(),
          isPinned,
          endpoint.apiKey().isPresent());
    }
  }

  /// @param place a folder, or the address of a database without its parameters
  /// @param user who asks the database
  record StoragePart(String kind, String place, Optional<String> user, boolean hasPassword) {

    static StoragePart of(StorageSettings settings) {
      boolean isShared = !settings.url().isEmpty();
      return new StoragePart(
          settings.kind().text(),
          // Parameters may be secrets.
          isShared ? settings.url().split("[?;]", 2)[0] : settings.directory().toString(),
          isShared ? Optional.of(settings.login().user()) : Optional.empty(),
          isShared && !settings.login().password().isEmpty());
    }
  }

  /// @param functions that plans may name
  /// @param pricedModels that have a price
  /// @param allowedHosts that steps may ask
  record RunsPart(List<String> functions, List<String> pricedModels, List<String> allowedHosts) {

    static RunsPart of(RunSettings settings) {
      return new RunsPart(
          settings.functions().tools().stream().map(ToolCatalog.Tool::name).toList(),
          settings.currentPrices().models().keySet().stream().sorted().toList(),
          settings.allowedHosts());
    }
  }

  static NodeSummary of(NodeSettings settings) {
    var cluster = ClusterPart.of(settings.cluster());
    var roles = settings.cluster().roles();
    return new NodeSummary(
        cluster,
        settings.hasGateway() ? Optional.of(GatewayPart.of(settings)) : Optional.empty(),
        roles.contains(Role.SCHEDULER) ? Optional.of(SchedulerPart.of(settings)) : Optional.empty(),
        roles.contains(Role.ENGINE) ? Optional.of(EnginesPart.of(settings)) : Optional.empty(),
        StoragePart.of(settings.storage()),
        RunsPart.of(settings.run()),
        settings.recording().file().map(Path::toString),
        settings.management().host() + ":" + settings.management().port(),
        Stream.concat(
                settings.cluster().tls().warning(cluster.address()).stream(),
                NodeWarnings.of(settings).stream())
            .toList());
  }

  /// One object.
  String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a summary that cannot be written", impossible);
    }
  }

  private static String named(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Without a user and a password, which may stand in it.
  private static String shown(URI url) {
    var authority = url.getRawAuthority();
    var host = authority.substring(authority.lastIndexOf('@') + 1);
    return url.getScheme() + "://" + host + url.getRawPath();
  }
}
