package dev.troupe.engine;

import java.util.OptionalInt;
import java.util.OptionalLong;

/// A window of configured size, or of the size the engine reports, whatever happens in it and however
/// long its tokens take.
final class FixedWindow implements EngineWindow {

  private final WindowSettings settings;
  private final OptionalInt configuredSlots;
  private final OptionalLong configuredKvTokens;
  private OptionalInt reportedSlots = OptionalInt.empty();
  private OptionalLong reportedKvTokens = OptionalLong.empty();

  FixedWindow(
      WindowSettings settings, OptionalInt configuredSlots, OptionalLong configuredKvTokens) {
    this.settings = settings;
    this.configuredSlots = configuredSlots;
    this.configuredKvTokens = configuredKvTokens;
  }

  @Override
  public int slots() {
    int wanted = configuredSlots.orElse(reportedSlots.orElse(settings.startSlots()));
    return Math.clamp(wanted, 1, settings.maxSlots());
  }

  @Override
  public long kvTokens() {
    return configuredKvTokens.orElse(reportedKvTokens.orElse(Credit.UNLIMITED));
  }

  @Override
  public void observed(EngineStatus status, int inFlight, long kvTokensBeforeLatest) {
    reportedSlots = status.slots();
    reportedKvTokens = status.kvCapacityTokens();
  }

  @Override
  public void refused(int inFlight) {}

  @Override
  public void ended(int inFlight, long kvTokensInFlight) {}
}
