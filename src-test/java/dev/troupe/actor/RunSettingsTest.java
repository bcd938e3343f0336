package dev.troupe.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.troupe.plan.Repeat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunSettingsTest {

  @TempDir private Path folder;

  private static RunSettings settings(String text) {
    return RunSettings.of(ConfigFactory.parseString(text).withFallback(ConfigFactory.load()));
  }

  @Test
  @Tag("RT-14")
  void pricesAndRolesOfTheFileWinAndAreReadAsTheyAreNow() throws IOException {
    var file = folder.resolve("prices.conf");
    Files.writeString(file, "roles { fast = b }");
    var settings =
        settings(
            """
            troupe.run.price-file = "%s"
            troupe.run.models = [{ name = a, input = 1, output = 2 }]
            troupe.run.roles { fast = a, flagship = a }
            """
                .formatted(file));

    assertThat(settings.currentPrices().roles()).containsEntry("fast", "b");
    assertThat(settings.currentPrices().roles()).containsEntry("flagship", "a");
    Files.writeString(file, "models = [{ name = a, input = 3, output = 4, context-tokens = 99 }]");

    assertThat(settings.currentPrices().roles()).containsEntry("fast", "a");
    var price = settings.currentPrices().price("a").orElseThrow();
    assertThat(price.output()).isEqualTo(4_000_000);
    assertThat(price.contextTokens()).isEqualTo(99);
  }

  @Test
  @Tag("RT-14")
  void aPriceFileThatIsNotThereOrNotUnderstoodIsRefusedInOneLine() throws IOException {
    var broken = folder.resolve("broken.conf");
    Files.writeString(broken, "models = [{ name = a, input = -1, output = 0 }]");

    assertThatThrownBy(() -> settings("troupe.run.price-file = nowhere.conf"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("troupe.run.price-file: nowhere.conf")
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> settings("troupe.run.price-file = \"" + broken + "\""))
        .hasMessageContaining("troupe.run.price-file")
        .hasMessageContaining("models[0].input");
  }

  @Test
  void saysWhatALimitCanBe() {
    assertThatThrownBy(() -> settings("troupe.run.max-resident-steps = -1"))
        .hasMessage("troupe.run.max-resident-steps: expected 1 or more, not -1");
    assertThatThrownBy(() -> settings("troupe.run.retention = 0s"))
        .hasMessage("troupe.run.retention: expected a time longer than 0, not 0s");
  }

  @Test
  void functionsAreKnownWithTheirParameters() {
    var functions =
        settings(
                """
                troupe.run.functions = [{ name = search, description = Searches, parallel-safe = off,
                  repeat = at_most_once,
                  parameters = "{\\"type\\": \\"object\\", \\"properties\\": {\\"query\\": {}}}" }]
                """)
            .functions();

    var search = functions.find("search").orElseThrow();
    assertThat(search.description()).isEqualTo("Searches");
    assertThat(search.parameters().at("/properties/query").isObject()).isTrue();
    assertThat(search.isParallelSafe()).isFalse();
    assertThat(search.repeat()).isEqualTo(Repeat.AT_MOST_ONCE);
    assertThat(functions.find("other")).isPresent();
    assertThat(functions.tools()).hasSize(1);
  }

  @Test
  void othersAreUnknownWhereTheConfigurationSaysSo() {
    assertThat(settings("troupe.run.unlisted-functions = refuse").functions().find("other"))
        .isEmpty();
    assertThatThrownBy(() -> settings("troupe.run.functions = [{ name = f, paralel-safe = off }]"))
        .hasMessageContaining("paralel-safe")
        .hasMessageContaining("parallel-safe");
    assertThatThrownBy(
            () -> settings("troupe.run.models = [{ name = m, input = 1, output = 1, cached = 1 }]"))
        .hasMessageContaining("cached-input");
    assertThatThrownBy(() -> settings("troupe.run.unlisted-functions = perhaps"))
        .hasMessageContaining("troupe.run.unlisted-functions: expected wait or refuse");
  }
}
