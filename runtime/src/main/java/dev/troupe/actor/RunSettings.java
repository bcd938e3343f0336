package dev.troupe.actor;

import com.typesafe.config.Config;
import dev.troupe.plan.ToolCatalog;
import dev.troupe.program.SettingRules;
import dev.troupe.program.SettingsReader;
import dev.troupe.run.Prices;
import dev.troupe.run.RunRoom;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The `troupe.run` section of the configuration.
///
/// @param retention how long a run that is over can be asked for, where its history is not kept
/// @param storedRetention the same where it is kept
/// @param passivateAfter silence after which a run that is over leaves memory, where its history is kept
/// @param wakeInterval how soon a run that was lost with its node goes on
/// @param room what one node may have in memory before more is refused
/// @param tenants what each may do, with all its runs
/// @param maxUnkept events of a run that may wait to be kept before even `async` waits for storage
/// @param analysisTimeout how long a model may take to say what steps wait for
/// @param allowedHosts where web tools may be called: names, `*` for any part of one
/// @param webhook how those who want to be told of events are told
/// @param prices what models cost, and which plays which role
/// @param priceFile with more of the same, that may change
/// @param functions that plans may name
public record RunSettings(
    Duration retention,
    Duration storedRetention,
    Duration passivateAfter,
    Duration wakeInterval,
    RunRoom.Limits room,
    TenantSettings tenants,
    int maxUnkept,
    Duration analysisTimeout,
    List<String> allowedHosts,
    WebhookSettings webhook,
    Prices prices,
    Optional<Path> priceFile,
    ToolCatalog functions) {

  private static final String PATH = "troupe.run";
  private static final SettingRules RULES = new SettingRules(PATH);

  public RunSettings {
    RULES.requirePositive("retention", retention);
    RULES.requirePositive("stored-retention", storedRetention);
    RULES.requirePositive("passivate-after", passivateAfter);
    RULES.requirePositive("wake-interval", wakeInterval);
    RULES.requireAtLeast(1, "max-resident-runs", room.runs());
    RULES.requireAtLeast(1, "max-resident-steps", room.steps());
    RULES.requireAtLeast(1, "max-unkept", maxUnkept);
    RULES.requirePositive("analysis-timeout", analysisTimeout);
    allowedHosts = List.copyOf(allowedHosts);
  }

  public static RunSettings of(Config config) {
    var section = SettingsReader.of(config, PATH);
    var settings = settings(section, TenantSettings.of(config));
    settings.currentPrices();
    return settings;
  }

  private static RunSettings settings(SettingsReader section, TenantSettings tenants) {
    return new RunSettings(
        section.duration("retention"),
        section.duration("stored-retention"),
        section.duration("passivate-after"),
        section.duration("wake-interval"),
        new RunRoom.Limits(
            section.number("max-resident-runs"), section.number("max-resident-steps")),
        tenants,
        section.number("max-unkept"),
        section.duration("analysis-timeout"),
        section.texts("allowed-hosts"),
        WebhookSettings.of(section),
        PriceSettings.of(section, section.text("currency")),
        priceFile(section),
        FunctionSettings.of(section));
  }

  private static Optional<Path> priceFile(SettingsReader section) {
    return Optional.of(section.text("price-file")).filter(path -> !path.isBlank()).map(Path::of);
  }

  /// The prices of the configuration with those of the file, as it is now. Blocks while it reads the file.
  ///
  /// @throws IllegalArgumentException in one line, if that is not there or not to be understood
  public Prices currentPrices() {
    try {
      return priceFile
          .map(file -> prices.overriddenBy(PriceSettings.ofFile(file, prices.currency())))
          .orElse(prices);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(PATH + ".price-file: " + wrong.getMessage(), wrong);
    }
  }
}
