package dev.troupe.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.troupe.laboratory.Bench;
import dev.troupe.laboratory.Choice;
import dev.troupe.laboratory.Inputs;
import dev.troupe.simulation.Capacity;
import dev.troupe.simulation.Outcome;
import dev.troupe.simulation.Policies;
import dev.troupe.simulation.Setup;
import dev.troupe.simulation.SimulationSettings;
import dev.troupe.simulation.Simulator;
import dev.troupe.simulation.physics.EngineProfile;
import dev.troupe.simulation.physics.ProfileSettings;
import dev.troupe.simulation.workload.Arrivals;
import dev.troupe.simulation.workload.BadTraceException;
import dev.troupe.simulation.workload.Generators;
import dev.troupe.simulation.workload.Oversize;
import dev.troupe.simulation.workload.Split;
import dev.troupe.simulation.workload.ToolWaits;
import dev.troupe.simulation.workload.TraceReader;
import dev.troupe.simulation.workload.WaitRule;
import dev.troupe.simulation.workload.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Simulations with the settings of a node that is configured by nothing but defaults.
///
/// Two keys follow the profile: a token that is not cached counts as much as its engine takes for it,
/// and a generated one as much as a batch of 32 takes for it.
final class SimulationBench implements Bench {

  private static final int USUAL_PROGRAMS = 500;
  private static final long DRAWS = 1;

  /// What the policy that ships is measured against, all else being equal.
  private static final String BOUND = "clairvoyant";

  /// What routers before engines do today, and what all baselines are given.
  private static final String ROUTERS_PLACEMENT = "prefix-aware";

  private final ProfileSettings profiles = ProfileSettings.shipped();
  private final Map<Prepared.Key, Prepared> prepared = new ConcurrentHashMap<>();
  private final Map<Fleet, Double> capacities = new ConcurrentHashMap<>();

  /// Programs as an engine of a profile can hold them.
  private record Prepared(Workload workload, int refused, int scaled) {
    private record Key(Inputs inputs, String profile) {}
  }

  private record Fleet(Prepared.Key key, int engines) {}

  @Override
  public List<Choice> policies() {
    var shipped = nameOf(SimulationSettings.of(defaults()).schedule().discipline());
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
            || policy.equals(BOUND)
            || Ablation.named(policy).filter(each -> each != Ablation.ADDED_DELAY).isPresent();
    return isOurs ? shippedPlacement() : ROUTERS_PLACEMENT;
  }

  private static String shippedPlacement() {
    return nameOf(SimulationSettings.of(defaults()).schedule().placement().rule());
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
    return profiles.profiles().values().stream()
        .sorted(Comparator.comparing(EngineProfile::name))
        .map(profile ->
            new Choice(
                profile.name(),
                profile.kvTokens()
                    + " tokens of KV memory, "
                    + profile.maxSequences()
                    + " calls at once"))
        .toList();
  }

  @Override
  public List<Choice> generators() {
    return Generators.names().stream()
        .map(name -> new Choice(name, Generators.about(name)))
        .toList();
  }

  @Override
  public Outcome run(Inputs inputs, Setup setup) {
    var profile = profiles.profile(setup.profile());
    var ablation = Ablation.named(setup.policy());
    var settings = settings(profile, ablation.map(each -> each.overrides).orElse(Map.of()));
    var simulated = ablation.map(each -> setup.withPolicy(each.simulatedPolicy())).orElse(setup);
    var key = new Prepared.Key(inputs, setup.profile());
    var programs = prepared.computeIfAbsent(key, _ -> prepare(inputs, profile));
    double capacity =
        capacities.computeIfAbsent(
            new Fleet(key, setup.engines()),
            fleet -> capacity(programs.workload(), fleet.engines(), profile));
    var workload = Arrivals.atRate(programs.workload(), setup.load() * capacity, setup.seed());
    var outcome = Simulator.run(simulated, workload, profile, settings, System::nanoTime);
    return outcome.of(setup, programs.refused(), programs.scaled());
  }

  private static Prepared prepare(Inputs inputs, EngineProfile profile) {
    var waits = waits(inputs.toolWaits());
    var source =
        switch (inputs.source()) {
          case Inputs.Source.Trace(var file) -> read(file, waits);
          case Inputs.Source.Generated(var name) -> Generators.named(name, drawn(inputs), DRAWS);
        };
    var split = Split.of(source, 0);
    var half =
        switch (inputs.half()) {
          case ALL -> source;
          case FIT -> split.fitted();
          case REPORT -> split.reported();
        };
    var limited = inputs.limit().isPresent() ? half.head(inputs.limit().getAsInt()) : half;
    var rule =
        switch (inputs.oversize()) {
          case REFUSE -> Oversize.REFUSE;
          case SCALE -> Oversize.SCALE;
        };
    var fitted = rule.fit(limited, (int) Math.min(profile.contextTokens(), profile.kvTokens()));
    if (fitted.workload().programs().isEmpty()) {
      throw new IllegalArgumentException(
          "no program of "
              + inputs.source().name()
              + " is left: all have a call that no "
              + profile.name()
              + " can hold; try --oversize scale");
    }
    return new Prepared(
        applied(inputs, waits, fitted.workload()), fitted.refused(), fitted.scaled());
  }

  /// Enough for a half to have as many programs as are wanted.
  private static int drawn(Inputs inputs) {
    int wanted = inputs.limit().orElse(USUAL_PROGRAMS);
    return inputs.half() == Inputs.Half.ALL ? wanted : 4 * wanted;
  }

  /// Waits of a trace are applied as it is read, where it is still known which were not recorded.
  private static Workload applied(Inputs inputs, WaitRule waits, Workload workload) {
    return inputs.source() instanceof Inputs.Source.Generated
        ? waits.applyTo(workload, DRAWS)
        : workload;
  }

  private static Workload read(Path file, WaitRule waits) {
    try {
      return new TraceReader(waits, DRAWS).read(file);
    } catch (BadTraceException bad) {
      throw new IllegalArgumentException(bad.getMessage(), bad);
    } catch (IOException unreadable) {
      throw new IllegalArgumentException("cannot read " + file + ": " + unreadable, unreadable);
    }
  }

  /// @param text `recorded`, `none` or such as `cap=60s`
  private static WaitRule waits(String text) {
    if (text.equals("recorded")) {
      return WaitRule.asRecorded();
    }
    if (text.equals("none")) {
      return new WaitRule.None();
    }
    if (text.startsWith("cap=")) {
      try {
        var cap = ConfigFactory.parseMap(Map.of("cap", text.substring(4))).getDuration("cap");
        return new WaitRule.Capped(cap.toNanos(), ToolWaits.SOFTWARE_AGENT);
      } catch (ConfigException bad) {
        throw new IllegalArgumentException(
            "--tool-waits: expected a duration such as cap=60s, not " + text, bad);
      }
    }
    throw new IllegalArgumentException(
        "--tool-waits: expected recorded, none or cap=60s, not " + text);
  }

  private static double capacity(Workload workload, int engines, EngineProfile profile) {
    var settings = settings(profile, Map.of());
    var allAtOnce = Arrivals.allAtOnce(new WaitRule.None().applyTo(workload, DRAWS), 0);
    var setup = new Setup("engine-fcfs", "prefix-aware", 1, engines, profile.name(), 0);
    var outcome = Simulator.run(setup, allAtOnce, profile, settings, () -> 0);
    return Capacity.programsPerSecond(outcome, settings.service().newModel());
  }

  private static SimulationSettings settings(EngineProfile profile, Map<String, Object> overrides) {
    var step = profile.stepTime();
    long prefillNanos = step.saturatedPerTokenPicos() / 1000;
    long kvReadNanos = Math.max(1, step.kvReadPicos() / 1000);
    long decodeNanos = step.decodePicos(1, 32, 32 * 1024) / 1000;
    return SimulationSettings.of(
        ConfigFactory.parseMap(overrides)
            .withFallback(
                ConfigFactory.parseMap(
                    Map.of(
                        "troupe.service.prefill-time-per-token", prefillNanos + "ns",
                        "troupe.service.attention-time-per-1000-tokens",
                            step.attentionPairPicos() + "ns",
                        "troupe.service.decode-time-per-token", decodeNanos + "ns",
                        "troupe.service.kv-read-time-per-token", kvReadNanos + "ns")))
            .withFallback(defaults()));
  }

  private static Config defaults() {
    return Configuration.load(Optional.empty(), Map.of());
  }

  private static List<String> firstOf(List<String> names, String first) {
    return Stream.concat(Stream.of(first), names.stream().filter(name -> !name.equals(first)))
        .toList();
  }
}
