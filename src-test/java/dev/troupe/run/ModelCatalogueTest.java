package dev.troupe.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.plan.ModelRef;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("RT-14")
class ModelCatalogueTest {

  private static Prices prices(Map<String, String> roles) {
    return new Prices("USD", Map.of("mid", price(2), "dear", price(9), "cheap", price(1)), roles);
  }

  private static Prices.Price price(long output) {
    return new Prices.Price(1, 1, output, 1_000);
  }

  private static ModelCatalogue catalogue(Prices prices, String... served) {
    return ModelCatalogue.of(() -> prices, () -> List.of(served));
  }

  @ParameterizedTest
  @CsvSource({"fast,cheap", "balanced,mid", "flagship,dear"})
  void pricesSayWhichModelPlaysWhichRole(String role, String model) {
    var catalogue = catalogue(prices(Map.of()), "dear", "free", "mid", "cheap");

    assertThat(catalogue.model(new ModelRef.InRole(role))).contains(model);
  }

  @ParameterizedTest
  @CsvSource({"fast", "balanced", "flagship"})
  void theOnlyModelPlaysEveryRole(String role) {
    assertThat(catalogue(Prices.NONE, "only").model(new ModelRef.InRole(role))).contains("only");
    assertThat(catalogue(prices(Map.of()), "mid").model(new ModelRef.InRole(role))).contains("mid");
  }

  @ParameterizedTest
  @CsvSource({"fast", "balanced", "flagship"})
  void withoutPricesTheFirstByNamePlaysEveryRole(String role) {
    assertThat(catalogue(Prices.NONE, "b", "a").model(new ModelRef.InRole(role))).contains("a");
  }

  @Test
  void whatIsConfiguredWins() {
    var catalogue =
        catalogue(prices(Map.of("fast", "dear", "poet", "mid")), "dear", "mid", "cheap");

    assertThat(catalogue.model(new ModelRef.InRole("fast"))).contains("dear");
    assertThat(catalogue.model(new ModelRef.InRole("poet"))).contains("mid");
  }

  @Test
  void nothingPlaysARoleThatIsUnknownOrWhoseModelIsNotServed() {
    var catalogue = catalogue(prices(Map.of("fast", "gone")), "dear");

    assertThat(catalogue.model(new ModelRef.InRole("poet"))).isEmpty();
    assertThat(catalogue.model(new ModelRef.InRole("fast"))).isEmpty();
    assertThat(catalogue.model(new ModelRef.Named("gone"))).isEmpty();
    assertThat(catalogue(Prices.NONE).model(new ModelRef.InRole("fast"))).isEmpty();
  }
}
