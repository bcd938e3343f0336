package dev.troupe.cluster;

import static java.nio.file.Files.isReadable;
import static java.nio.file.Files.newInputStream;
import static java.nio.file.Files.readString;

import com.typesafe.config.Config;
import dev.troupe.program.SettingsReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.pki.pem.DERPrivateKeyLoader;
import org.apache.pekko.pki.pem.PEMDecoder;
import org.apache.pekko.pki.pem.PEMLoadingException;

/// The `troupe.cluster.tls` section: how nodes know each other, and keep others from listening.
///
/// Both sides of a connection must show a certificate. Where it is that of the cluster's key file,
/// having the file is what makes a node one of the cluster. Where it is one of its own, it must come
/// from the same authority and name the same subject as this node's.
///
/// @param isRisky whether others than this machine can reach the nodes' port, and it is open to them
/// @param material empty where nodes speak without TLS
public record TlsSettings(boolean isRisky, Optional<Material> material) {

  /// The environment variable that the password of the key file is read from.
  public static final String PASSWORD_VARIABLE = "TROUPE_CLUSTER_KEY_PASSWORD";

  private static final String SECTION = "troupe.cluster.tls";
  private static final String SSL = "pekko.remote.artery.ssl.";

  /// What a node shows to others.
  public sealed interface Material {}

  /// A PKCS12 file with a key and its certificate, the same on every node.
  public record SharedKey(Path file, String password) implements Material {

    /// The password is a secret.
    @Override
    public String toString() {
      return "SharedKey[" + file + "]";
    }
  }

  /// Files in PEM form, read again while the node runs.
  public record OwnCertificate(Path certificate, Path privateKey, Path authority)
      implements Material {}

  /// The names that the section gives, empty where there is none.
  private record Files(
      String key, String password, String certificate, String privateKey, String authority) {

    /// Whether any of a node's own is named.
    boolean hasOwn() {
      return !(certificate.isBlank() && privateKey.isBlank() && authority.isBlank());
    }
  }

  /// @throws IllegalArgumentException naming the key and the mend
  static TlsSettings of(Config config) {
    var section = SettingsReader.of(config, SECTION);
    var host = SettingsReader.of(config, "troupe.cluster").text("host");
    var files =
        new Files(
            section.text("key-file"),
            section.text("key-password"),
            section.text("certificate-file"),
            section.text("private-key-file"),
            section.text("authority-file"));
    boolean isReachable = !isLoopback(host);
    boolean isOn =
        switch (section.text("enabled")) {
          case "auto" -> isReachable;
          case "on", "true", "yes" -> true;
          case "off", "false", "no" -> false;
          default ->
              throw new IllegalArgumentException(SECTION + ".enabled: expected auto, on or off");
        };
    return new TlsSettings(
        isReachable && !isOn, isOn ? Optional.of(material(files, host)) : Optional.empty());
  }

  /// What someone should look at; empty where nobody else can reach the nodes, or they know each
  /// other.
  ///
  /// @param address of this node
  public Optional<String> warning(String address) {
    return isRisky
        ? Optional.of(
            SECTION
                + ".enabled = off: whoever reaches "
                + address
                + " is trusted, and may read what nodes say")
        : Optional.empty();
  }

  /// Pekko's settings that follow from it.
  Map<String, Object> pekko() {
    return material
        .map(known ->
            switch (known) {
              case SharedKey key -> pekko(key);
              case OwnCertificate own -> pekko(own);
            })
        .orElse(Map.of());
  }

  private static Map<String, Object> pekko(SharedKey key) {
    var engine = SSL + "config-ssl-engine.";
    return Map.of(
        "pekko.remote.artery.transport",
        "tls-tcp",
        SSL + "ssl-engine-provider",
        "org.apache.pekko.remote.artery.tcp.ConfigSSLEngineProvider",
        engine + "key-store",
        key.file().toString(),
        engine + "key-store-password",
        key.password(),
        engine + "key-password",
        key.password(),
        engine + "trust-store",
        key.file().toString(),
        engine + "trust-store-password",
        key.password(),
        engine + "require-mutual-authentication",
        "on");
  }

  private static Map<String, Object> pekko(OwnCertificate own) {
    var engine = SSL + "rotating-keys-engine.";
    return Map.of(
        "pekko.remote.artery.transport",
        "tls-tcp",
        SSL + "ssl-engine-provider",
        "org.apache.pekko.remote.artery.tcp.ssl.RotatingKeysSSLEngineProvider",
        engine + "key-file",
        own.privateKey().toString(),
        engine + "cert-file",
        own.certificate().toString(),
        engine + "ca-cert-file",
        own.authority().toString());
  }

  private static Material material(Files files, String host) {
    if (!files.key().isBlank() && files.hasOwn()) {
      throw new IllegalArgumentException(
          SECTION
              + ".key-file: not together with certificate-file, private-key-file and"
              + " authority-file; leave the one or the others out");
    }
    if (files.hasOwn()) {
      return ownCertificate(files);
    }
    if (!files.key().isBlank()) {
      return sharedKey(files);
    }
    throw new IllegalArgumentException(
        SECTION
            + ".key-file: nodes at "
            + host
            + " need a key to know each other by; make one with `./troupe cluster-key FILE`, or set "
            + SECTION
            + ".enabled = off where nobody else can reach them");
  }

  private static SharedKey sharedKey(Files files) {
    var file = readable("key-file", files.key());
    try (var content = newInputStream(file)) {
      KeyStore.getInstance("PKCS12").load(content, files.password().toCharArray());
    } catch (IOException | GeneralSecurityException locked) {
      throw new IllegalArgumentException(
          SECTION
              + ".key-password: does not open "
              + file
              + "; it is read from the environment variable "
              + PASSWORD_VARIABLE,
          locked);
    }
    return new SharedKey(file, files.password());
  }

  private static OwnCertificate ownCertificate(Files files) {
    var key = readable("private-key-file", files.privateKey());
    try {
      DERPrivateKeyLoader.load(PEMDecoder.decode(readString(key)));
    } catch (IOException | PEMLoadingException broken) {
      throw new IllegalArgumentException(
          SECTION
              + ".private-key-file: expected an RSA key in PEM form, without a password: "
              + key,
          broken);
    }
    return new OwnCertificate(
        certificate("certificate-file", files.certificate()),
        key,
        certificate("authority-file", files.authority()));
  }

  /// Pekko reads it when the first node speaks to this one, and would refuse them all.
  private static Path certificate(String key, String name) {
    var file = readable(key, name);
    try (var content = newInputStream(file)) {
      var _ = CertificateFactory.getInstance("X.509").generateCertificate(content);
    } catch (IOException | CertificateException broken) {
      throw new IllegalArgumentException(
          SECTION + "." + key + ": expected a certificate in PEM form: " + file, broken);
    }
    return file;
  }

  private static Path readable(String key, String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException(
          SECTION
              + "."
              + key
              + ": missing; certificate-file, private-key-file and authority-file belong together");
    }
    var file = Path.of(name).toAbsolutePath();
    if (!isReadable(file)) {
      throw new IllegalArgumentException(SECTION + "." + key + ": cannot read " + file);
    }
    return file;
  }

  /// A name that nobody knows yet is one that others will know.
  private static boolean isLoopback(String host) {
    try {
      return Stream.of(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException unknown) {
      return false;
    }
  }
}
