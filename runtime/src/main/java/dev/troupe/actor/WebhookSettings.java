package dev.troupe.actor;

import dev.troupe.program.SettingsReader;
import dev.troupe.run.Redelivery;
import java.time.Duration;

/// The `troupe.run.webhook` section of the configuration.
///
/// @param timeout of one attempt
/// @param redelivery when another follows
public record WebhookSettings(Duration timeout, Redelivery redelivery) {

  /// @param section of runs
  static WebhookSettings of(SettingsReader section) {
    var webhook = section.section("webhook");
    var settings =
        new WebhookSettings(
            webhook.duration("timeout"),
            new Redelivery(
                webhook.number("attempts"),
                webhook.duration("first-pause"),
                webhook.duration("longest-pause")));
    require(settings.timeout.isPositive(), webhook.path("timeout"), "more than nothing");
    require(settings.redelivery.attempts() > 0, webhook.path("attempts"), "1 or more");
    require(
        settings.redelivery.first().isPositive(), webhook.path("first-pause"), "more than nothing");
    require(
        settings.redelivery.longest().compareTo(settings.redelivery.first()) >= 0,
        webhook.path("longest-pause"),
        "no less than first-pause");
    return settings;
  }

  private static void require(boolean valid, String path, String expected) {
    if (!valid) {
      throw new IllegalArgumentException(path + ": expected " + expected);
    }
  }
}
