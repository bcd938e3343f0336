package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.ConfigFactory;
import dev.troupe.actor.EngineTransport.Header;
import dev.troupe.program.Tenant;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewaySettingsTest {

  @Test
  void hasADefaultForEveryKey() {
    var settings = settings("");

    assertThat(settings.host()).isEqualTo("127.0.0.1");
    assertThat(settings.port()).isEqualTo(8080);
    assertThat(settings.maxBodyBytes()).isEqualTo(16 << 20);
    assertThat(settings.maxHeldBytes())
        .isCloseTo(Runtime.getRuntime().maxMemory() * 6 / 10, within(10L));
    assertThat(settings.bodyTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(settings.keepAliveAfter()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.keepAliveInterval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.deadline()).isEqualTo(Duration.ofSeconds(600));
    assertThat(settings.maxDeadline()).isEqualTo(Duration.ofSeconds(3600));
    assertThat(settings.expectedOutputTokens()).isEqualTo(256);
    assertThat(settings.bytesPerToken()).isEqualTo(4.0);
    assertThat(settings.controlTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.highestPriority()).isEqualTo(4);
    assertThat(settings.tenants()).isEmpty();
    assertThat(settings.protocol().getParserSettings().getMaxHeaderCount()).isEqualTo(128);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "port = 70000|port",
        "max-body-bytes = 3 GiB|max-body-bytes",
        "max-held-bytes = 15 MiB|max-held-bytes",
        "body-timeout = 0s|body-timeout",
        "keep-alive-after = 0s|keep-alive-after",
        "deadline = 2h|max-deadline",
        "expected-output-tokens = 0|expected-output-tokens",
        "bytes-per-token = 0|bytes-per-token",
        "highest-priority = 5|highest-priority",
        "tenants = [{ name = a, api-keys = [k], highest-priority = -5 }]|tenants[0].highest-priority",
        "tenants = [{ name = a, api-keys = [] }]|tenants[0].api-keys",
        "tenants = [{ name = a, api-keys = [k] }, { name = b, api-keys = [k] }]|tenants[1].api-keys",
        "tenants = [{ name = a, api-keys = [k] }, { name = b, api-keys = [\"\"] }]|tenants[1].api-keys",
      })
  void namesTheKeyAtFault(String wrong, String key) {
    assertThatThrownBy(() -> settings(wrong))
        .hasMessageStartingWith("troupe.gateway." + key + ": expected ");
  }

  @Test
  void takesASizeForHeldBodies() {
    assertThat(settings("max-held-bytes = 100 MiB").maxHeldBytes()).isEqualTo(100 << 20);
  }

  @Test
  void boundsThePriorityOfEachTenant() {
    var allowed =
        AllowedPriorities.of(
            settings(
                "highest-priority = 0, tenants = [{ name = a, api-keys = [k1], highest-priority = 2 },"
                    + " { name = b, api-keys = [k2] }]"));

    assertThat(allowed.refusal(new Tenant("a"), 2)).isEmpty();
    assertThat(allowed.refusal(new Tenant("a"), 3)).hasValueSatisfying(reason("at most 2"));
    assertThat(allowed.refusal(new Tenant("b"), -4)).isEmpty();
    assertThat(allowed.refusal(new Tenant("b"), 1)).hasValueSatisfying(reason("at most 0"));
    assertThat(allowed.refusal(new Tenant("a"), -5)).hasValueSatisfying(reason("from -4 to 4"));
  }

  @Test
  void saysWhatAPriorityCanBe() {
    assertThatThrownBy(() -> settings("highest-priority = high"))
        .hasMessageStartingWith(
            "troupe.gateway.highest-priority: expected a whole number from -4 to 4, not \"high\"");
    assertThatThrownBy(
            () -> settings("tenants = [{ name = a, api-keys = [k], highest-priority = 1.5 }]"))
        .hasMessageStartingWith(
            "troupe.gateway.tenants[0].highest-priority: expected a whole number from -4 to 4");
  }

  @Test
  void refusesTwoTenantsOfOneName() {
    assertThatThrownBy(() ->
            settings("tenants = [{ name = a, api-keys = [k1] }, { name = a, api-keys = [k2] }]"))
        .hasMessageContaining(
            "tenants[1].name: expected a name that no entry before it has, not a");
  }

  private static Consumer<String> reason(String part) {
    return why -> assertThat(why).contains(part);
  }

  @Test
  void keepsKeysOutOfItsText() {
    assertThat(settings("tenants = [{ name = a, api-keys = [secret] }]").toString())
        .contains("TenantKeys[a]")
        .doesNotContain("secret");
  }

  @Test
  void tellsTenantsByTheirKeys() {
    var tenants =
        new Tenants(
            settings("tenants = [{ name = a, api-keys = [k1, k2] }, { name = b, api-keys = [k3] }]")
                .tenants());

    assertThat(tenants.of(key("authorization", "Bearer k1"))).contains(new Tenant("a"));
    assertThat(tenants.of(key("authorization", "bearer  k2 "))).contains(new Tenant("a"));
    assertThat(tenants.of(key("x-api-key", "k3"))).contains(new Tenant("b"));
    assertThat(tenants.of(key("api-key", "k4"))).isEmpty();
    assertThat(tenants.of(new HeaderView(List.of()))).isEmpty();
  }

  @Test
  void makesATenantOfEachKeyWhereNoneAreConfigured() {
    var tenants = new Tenants(List.of());

    var one = tenants.of(key("authorization", "Bearer k1")).orElseThrow();
    assertThat(one.name()).startsWith("key-").doesNotContain("k1");
    assertThat(tenants.of(key("x-api-key", "k1"))).contains(one);
    assertThat(tenants.of(key("authorization", "Bearer k2"))).isNotEqualTo(one);
    assertThat(tenants.of(new HeaderView(List.of()))).contains(Tenant.ANYONE);
  }

  private static HeaderView key(String name, String value) {
    return new HeaderView(List.of(new Header(name, value)));
  }

  private static GatewaySettings settings(String keys) {
    return GatewaySettings.of(
        ConfigFactory.parseString("troupe.gateway { " + keys + " }")
            .withFallback(ConfigFactory.load()));
  }
}
