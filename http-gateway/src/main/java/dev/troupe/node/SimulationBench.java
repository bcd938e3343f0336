package dev.troupe.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.troupe.cluster.ClusterSettings;
import dev.troupe.laboratory.Bench;
import dev.troupe.laboratory.Census;
import dev.troupe.laboratory.Choice;
import dev.troupe.laboratory.Inputs;
import dev.troupe.simulation.Capacity;
import dev.troupe.simulation.Distribution;
import dev.troupe.simulation.Outcome;
import dev.troupe.simulation.Policies;
import dev.troupe.simulation.Setup;
import dev.troupe.simulation.SimulationSettings;
import dev.troupe.simulation.Simulator;
import dev.troupe.simulation.physics.EngineProfile;
import dev.troupe.simulation.physics.ProfileSettings;
import dev.troupe.simulation.workload.Arrivals;
import dev.troupe.simulation.workload.Generators;
import dev.troupe.simulation.workload.WaitRule;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Simulations with the settings of a node: a user's over the defaults.
///
/// The prices of `troupe.service` follow the profile, where the user has none: a token that is not
/// cached counts as much as its engine takes for it, and a generated one as much as a batch of 32 takes
/// for it.
final class SimulationBench implements Bench {

  /// What routers before engines do today, and what all baselines are given.
  private static final String ROUTERS_PLACEMENT = "prefix-aware";

  private final Config user;
  private final ProfileSettings profiles;
  private final String settingsName;
  private final Map<Key, PreparedPrograms> prepared = new ConcurrentHashMap<>();
  private final Map<Fleet, Double> capacities = new ConcurrentHashMap<>();

  private record Key(Inputs inputs, String profile) {}

  private record Fleet(Key key, int engines) {}

  /// With the defaults of a node.
  SimulationBench() {
    this(ConfigFactory.empty(), ProfileSettings.shipped(), "a node's defaults");
  }

  private SimulationBench(Config user, ProfileSettings profiles, String settingsName) {
    this.user = user;
    this.profiles = profiles;
    this.settingsName = settingsName;
  }

  @Override
  public Bench configured(Path file) {
    try {
      var configured =
          new SimulationBench(
              Configuration.user(file),
              Configuration.profiles(file),
              file + " over a node's defaults");
      configured.settings();
      return configured;
    } catch (ConfigurationException | ConfigException | IllegalArgumentException bad) {
      throw new IllegalArgumentException(
          "--config: " + String.join("; ", ConfigurationException.problems(bad)), bad);
    }
  }

  @Override
  public String settingsName() {
    return settingsName;
  }

  @Override
  public List<Choice> policies() {
    var shipped = nameOf(settings().schedule().discipline());
    return firstOf(Policies.names(), shipped).stream()
        .map(name -> new Choice(name, Policies.about(name)))
        .toList();
  }

  @Override
  public List<Choice> ablations() {
    return Stream.concat(
            policies().stream().filter(policy -> policy.name().equals(Ablation.ABLATED)),
            Arrays.stream(Ablation.values())
                .map(ablation -> new Choice(ablation.policy(), ablation.meaning)))
        .toList();
  }

  @Override
  public String usualPlacement(String policy) {
    boolean isOurs =
        policy.equals(policies().getFirst().name())
            || Policies.bounds().contains(policy)
            || Ablation.named(policy).filter(each -> each != Ablation.ADDED_DELAY).isPresent();
    return isOurs ? shippedPlacement() : ROUTERS_PLACEMENT;
  }

  private String shippedPlacement() {
    return nameOf(settings().schedule().placement().rule());
  }

  private static String nameOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public List<Choice> placements() {
    return firstOf(Policies.placements(), shippedPlacement()).stream()
        .map(name -> new Choice(name, "troupe.schedule.placement.rule = " + name))
        .toList();
  }

  @Override
  public List<Choice> profiles() {
    // A user's come last: the first is simulated where none is named.
    var shipped = ProfileSettings.shipped().profiles().keySet();
    return profiles.profiles().values().stream()
        .sorted(
            Comparator.comparing((EngineProfile profile) -> !shipped.contains(profile.name()))
                .thenComparing(EngineProfile::name))
        .map(profile ->
            new Choice(
                profile.name(),
                profile.kvTokens()
                    + " tokens of KV memory, "
                    + profile.maxSequences()
                    + " calls at once, admitted by "
                    + nameOf(profile.order())))
        .toList();
  }

  @Override
  public List<Choice> generators() {
    return Generators.names().stream()
        .map(name -> new Choice(name, Generators.about(name)))
        .toList();
  }

  @Override
  public double capacity(Inputs inputs, String profile, int engines) {
    var fleet = new Fleet(new Key(inputs, profile), engines);
    return capacities.computeIfAbsent(fleet, this::capacity);
  }

  @Override
  public Census census(Inputs inputs, String profile) {
    var programs = prepared(new Key(inputs, profile));
    var workload = programs.workload();
    boolean isRecorded = inputs.source() instanceof Inputs.Source.Trace;
    return new Census(
        workload.programs().size(),
        workload.calls(),
        workload.tenants(),
        programs.refused(),
        isRecorded ? workload.arrivingSeconds() : OptionalDouble.empty(),
        workload.servedSeconds().map(Distribution::of));
  }

  private double capacity(Fleet fleet) {
    var profile = profiles.profile(fleet.key().profile());
    var settings = settings(profile, Map.of());
    var workload = prepared(fleet.key()).workload();
    var allAtOnce = Arrivals.allAtOnce(new WaitRule.None().applyTo(workload, 0), 0);
    var setup = new Setup("engine-fcfs", "prefix-aware", 1, fleet.engines(), profile.name(), 0);
    var outcome = Simulator.run(setup, allAtOnce, profile, settings, () -> 0);
    return Capacity.programsPerSecond(outcome, settings.service().newModel());
  }

  private PreparedPrograms prepared(Key key) {
    return prepared.computeIfAbsent(
        key, _ -> PreparedPrograms.of(key.inputs(), profiles.profile(key.profile())));
  }

  @Override
  public Outcome run(Inputs inputs, Setup setup) {
    var profile = profiles.profile(setup.profile());
    var ablation = Ablation.named(setup.policy());
    var settings = settings(profile, ablation.map(each -> each.overrides).orElse(Map.of()));
    var simulated = ablation.map(each -> setup.withPolicy(each.simulatedPolicy())).orElse(setup);
    var programs = prepared(new Key(inputs, setup.profile()));
    double rate = setup.load() * capacity(inputs, setup.profile(), setup.engines());
    var workload = Arrivals.atRate(programs.workload(), rate, setup.seed());
    var outcome = Simulator.run(simulated, workload, profile, settings, System::nanoTime);
    return outcome.of(setup.policy(), programs.refused(), programs.scaled());
  }

  private SimulationSettings settings(EngineProfile profile, Map<String, Object> overrides) {
    var step = profile.stepTime();
    long prefillNanos = step.saturatedPerTokenPicos() / 1000;
    long kvReadNanos = Math.max(1, step.kvReadPicos() / 1000);
    long decodeNanos = step.decodePicos(1, 32, 32 * 1024) / 1000;
    var prices =
        Map.of(
            "troupe.service.prefill-time-per-token", prefillNanos + "ns",
            "troupe.service.attention-time-per-1000-tokens", step.attentionPairPicos() + "ns",
            "troupe.service.decode-time-per-token", decodeNanos + "ns",
            "troupe.service.kv-read-time-per-token", kvReadNanos + "ns");
    return SimulationSettings.of(
        ClusterSettings.nodeConfig(
            ConfigFactory.parseMap(overrides)
                .withFallback(user)
                .withFallback(ConfigFactory.parseMap(prices))));
  }

  private SimulationSettings settings() {
    return SimulationSettings.of(ClusterSettings.nodeConfig(user));
  }

  private static List<String> firstOf(List<String> names, String first) {
    return Stream.concat(Stream.of(first), names.stream().filter(name -> !name.equals(first)))
        .toList();
  }
}
