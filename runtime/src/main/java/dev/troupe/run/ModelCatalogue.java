package dev.troupe.run;

import dev.troupe.plan.ModelRef;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// The models that runs can ask for, as they are now: which there are, what they cost, which plays which
/// role.
///
/// A role of the configuration is played by the model that it names. The usual roles, `fast`, `balanced` and
/// `flagship`, are played without configuration too: by the cheapest, the middle and the dearest of the
/// served models that have a price (that of output, then of input, then the name decides); where none has,
/// by the first by name, as nothing says which is better.
public final class ModelCatalogue {

  private static final String FAST = "fast";
  private static final String BALANCED = "balanced";
  private static final String FLAGSHIP = "flagship";

  private final Supplier<Prices> prices;
  private final Optional<Supplier<Collection<String>>> served;
  private final Map<String, String> settled;

  private ModelCatalogue(
      Supplier<Prices> prices,
      Optional<Supplier<Collection<String>>> served,
      Map<String, String> settled) {
    this.prices = prices;
    this.served = served;
    this.settled = settled;
  }

  /// @param served names of the models that engines serve
  public static ModelCatalogue of(Supplier<Prices> prices, Supplier<Collection<String>> served) {
    return new ModelCatalogue(prices, Optional.of(served), Map.of());
  }

  /// What is served is not known: every name counts.
  public static ModelCatalogue of(Prices prices) {
    return new ModelCatalogue(() -> prices, Optional.empty(), Map.of());
  }

  /// This with roles that are settled.
  ModelCatalogue cast(Map<String, String> models) {
    return new ModelCatalogue(prices, served, models);
  }

  public Prices prices() {
    return prices.get();
  }

  /// The name of the model that is asked for; empty if there is none.
  public Optional<String> model(ModelRef asked) {
    return switch (asked) {
      case ModelRef.Named(var name) -> Optional.of(name).filter(this::isServed);
      case ModelRef.InRole(var role) -> {
        if (settled.containsKey(role)) {
          yield Optional.ofNullable(settled.get(role));
        }
        var configured = Optional.ofNullable(prices().roles().get(role));
        yield configured.isPresent() ? configured.filter(this::isServed) : usual(role);
      }
    };
  }

  private boolean isServed(String model) {
    return served.isEmpty() || served.get().get().contains(model);
  }

  private Optional<String> usual(String role) {
    var all = served.<Collection<String>>map(Supplier::get).orElse(List.of());
    var byPrice = byPrice(all);
    if (byPrice.isEmpty()) {
      return isUsual(role) ? all.stream().min(Comparator.naturalOrder()) : Optional.empty();
    }
    return switch (role) {
      case FAST -> Optional.of(byPrice.getFirst());
      case BALANCED -> Optional.of(byPrice.get((byPrice.size() - 1) / 2));
      case FLAGSHIP -> Optional.of(byPrice.getLast());
      default -> Optional.empty();
    };
  }

  private static boolean isUsual(String role) {
    return List.of(FAST, BALANCED, FLAGSHIP).contains(role);
  }

  /// The models that have a price, cheapest first.
  private List<String> byPrice(Collection<String> all) {
    return prices().models().entrySet().stream()
        .filter(model -> all.contains(model.getKey()))
        .sorted(
            Comparator.<Map.Entry<String, Prices.Price>>comparingLong(
                    model -> model.getValue().output())
                .thenComparingLong(model -> model.getValue().input())
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .toList();
  }
}
