package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsSettingsTest {

  private static final String OUTSIDE = "troupe.cluster.host = 10.0.0.7\n";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.3", "localhost", "\"::1\""})
  void isOffOnLoopback(String host) {
    var settings = settings("troupe.cluster.host = " + host);

    assertThat(settings.material()).isEmpty();
    assertThat(settings.isRisky()).isFalse();
  }

  @Test
  void refusesToStartOutsideLoopbackWithoutAKey() {
    assertRefused(OUTSIDE, "troupe.cluster.tls.key-file: nodes at 10.0.0.7 need a key")
        .hasMessageContaining("./troupe cluster-key FILE")
        .hasMessageContaining("troupe.cluster.tls.enabled = off");
  }

  @Test
  void countsAHostThatNobodyKnowsYetAsOutside() {
    assertRefused(
        "troupe.cluster.host = node-1.invalid", "troupe.cluster.tls.key-file: nodes at node-1");
  }

  @Test
  void isOffOutsideLoopbackWhereTheUserSaysSo() {
    var settings = settings(OUTSIDE + "troupe.cluster.tls.enabled = off");

    assertThat(settings.material()).isEmpty();
    assertThat(settings.isRisky()).isTrue();
  }

  @Test
  void refusesAnUnknownWord() {
    assertRefused("troupe.cluster.tls.enabled = maybe", "troupe.cluster.tls.enabled: expected");
  }

  @Test
  void takesTheSharedKey() {
    var key = TestKeys.shared(folder, "cluster");

    var settings = settings(OUTSIDE + key.settings());

    assertThat(settings.material())
        .contains(new TlsSettings.SharedKey(key.file(), TestKeys.PASSWORD));
    assertThat(settings.material().toString()).doesNotContain(TestKeys.PASSWORD);
  }

  @Test
  void refusesAPasswordThatDoesNotOpenTheKey() {
    var key = TestKeys.shared(folder, "cluster");

    assertRefused(
            OUTSIDE + key.settings() + "troupe.cluster.tls.key-password = wrong",
            "troupe.cluster.tls.key-password: does not open ")
        .hasMessageContaining("TROUPE_CLUSTER_KEY_PASSWORD");
  }

  @Test
  void refusesAKeyThatIsNotThere() {
    assertRefused(
        OUTSIDE + "troupe.cluster.tls.key-file = /nowhere/cluster.p12",
        "troupe.cluster.tls.key-file: cannot read /nowhere/cluster.p12");
  }

  @Test
  void refusesBothKindsOfKeyAtOnce() {
    var key = TestKeys.shared(folder, "cluster");

    assertRefused(
        OUTSIDE + key.settings() + "troupe.cluster.tls.authority-file = ca.crt",
        "troupe.cluster.tls.key-file: not together with ");
  }

  @Test
  void takesAKeyInPemForm() {
    var own = TestKeys.authority(folder).certificate("node", "troupe-nodes");

    assertThat(settings(OUTSIDE + own.settings()).material())
        .containsInstanceOf(TlsSettings.OwnCertificate.class);
  }

  @Test
  void refusesPemFilesThatAreNotComplete() {
    var own = TestKeys.authority(folder).certificate("node", "troupe-nodes");

    assertRefused(
        OUTSIDE + own.settings() + "troupe.cluster.tls.authority-file = \"\"",
        "troupe.cluster.tls.authority-file: missing");
  }

  @Test
  void refusesAKeyThatPekkoCannotRead() throws IOException {
    var own = TestKeys.authority(folder).certificate("node", "troupe-nodes");
    var broken = Files.writeString(folder.resolve("broken.key"), "no key at all");

    assertRefused(
        OUTSIDE + own.settings() + "troupe.cluster.tls.private-key-file = \"" + broken + "\"",
        "troupe.cluster.tls.private-key-file: expected an RSA key in PEM form");
  }

  @ParameterizedTest
  @ValueSource(strings = {"certificate-file", "authority-file"})
  void refusesACertificateThatIsNone(String key) throws IOException {
    var own = TestKeys.authority(folder).certificate("node", "troupe-nodes");
    var broken = Files.writeString(folder.resolve("broken.crt"), "no certificate at all");

    assertRefused(
        OUTSIDE + own.settings() + "troupe.cluster.tls." + key + " = \"" + broken + "\"",
        "troupe.cluster.tls." + key + ": expected a certificate in PEM form: " + broken);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      String settings, String beginning) {
    return assertThatThrownBy(() -> settings(settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(beginning);
  }

  private static TlsSettings settings(String overrides) {
    return TlsSettings.of(config(overrides));
  }

  private static Config config(String overrides) {
    return ConfigFactory.parseString(overrides).withFallback(ConfigFactory.defaultReference());
  }
}
