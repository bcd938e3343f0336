package dev.troupe.run;

import dev.troupe.plan.Budget;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What models cost, and which model plays which role.
///
/// @param currency of all prices: three letters
/// @param models by name
/// @param roles the model of each role, such as `flagship`, `balanced` and `fast`
public record Prices(String currency, Map<String, Price> models, Map<String, String> roles) {

  private static final long TOKENS_PER_PRICE = 1_000_000;

  /// Price, and count of tokens: three products of the two are still a number.
  private static final long LARGEST = 1_000_000_000;

  /// Of a model, in millionths of the currency for a million tokens.
  ///
  /// @param input of a prompt token that is not cached
  /// @param cachedInput of one that is
  /// @param contextTokens the longest prompt with its answer
  public record Price(long input, long cachedInput, long output, long contextTokens) {

    public Price {
      if (!isPrice(input) || !isPrice(cachedInput) || !isPrice(output) || contextTokens < 1) {
        throw new IllegalArgumentException(
            "prices must be 0 to " + LARGEST + ", and a context has at least one token");
      }
    }

    private static boolean isPrice(long micros) {
      return micros >= 0 && micros <= LARGEST;
    }

    /// What this many tokens cost, rounded up to a whole millionth.
    long micros(long uncached, long cached, long outputTokens) {
      long sum =
          Math.min(uncached, LARGEST) * input
              + Math.min(cached, LARGEST) * cachedInput
              + Math.min(outputTokens, LARGEST) * output;
      return Math.ceilDiv(sum, TOKENS_PER_PRICE);
    }
  }

  /// No model has a price, no role a model.
  public static final Prices NONE = new Prices(Budget.DEFAULT_CURRENCY, Map.of(), Map.of());

  public Prices {
    models = Map.copyOf(models);
    Map<String, String> lower = new TreeMap<>();
    roles.forEach((role, model) -> lower.put(role.toLowerCase(Locale.ROOT), model));
    roles = Map.copyOf(lower);
  }

  public Optional<Price> price(String model) {
    return Optional.ofNullable(models.get(model));
  }

  /// These, with what `other` says in the place of what is said here.
  public Prices overriddenBy(Prices other) {
    Map<String, Price> all = new TreeMap<>(models);
    all.putAll(other.models);
    Map<String, String> allRoles = new TreeMap<>(roles);
    allRoles.putAll(other.roles);
    return new Prices(other.currency, all, allRoles);
  }

  /// What an attempt cost; a model without a price costs nothing.
  long micros(String model, Consumption used) {
    if (used.isPriced()) {
      return used.micros();
    }
    return price(model)
        .map(price ->
            price.micros(
                used.promptTokens() - used.cachedTokens(),
                used.cachedTokens(),
                used.outputTokens()))
        .orElse(0L);
  }
}
