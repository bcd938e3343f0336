package dev.troupe.program;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.Locale;

/// The `troupe.service` section of the configuration: what engine time a token stands for.
///
/// @param prefillTimePerToken engine time to process one prompt token that is not cached
/// @param decodeTimePerToken engine time to generate one token
public record ServiceSettings(
    Model model, Duration prefillTimePerToken, Duration decodeTimePerToken) {

  /// How the service of an ended call is reckoned; see [ServiceModel].
  public enum Model {
    TOKENS,
    MEASURED
  }

  public ServiceSettings {
    require(prefillTimePerToken.isPositive(), "prefill-time-per-token", prefillTimePerToken);
    require(decodeTimePerToken.isPositive(), "decode-time-per-token", decodeTimePerToken);
  }

  public static ServiceSettings of(Config config) {
    var section = SettingsReader.of(config, "troupe.service");
    return new ServiceSettings(
        modelNamed(section.text("model")),
        section.duration("prefill-time-per-token"),
        section.duration("decode-time-per-token"));
  }

  public long prefillNanosPerToken() {
    return prefillTimePerToken.toNanos();
  }

  public long decodeNanosPerToken() {
    return decodeTimePerToken.toNanos();
  }

  public ServiceModel newModel() {
    var tokens = new ServiceModel.Tokens(prefillNanosPerToken(), decodeNanosPerToken());
    return switch (model) {
      case TOKENS -> tokens;
      case MEASURED -> new ServiceModel.Measured(tokens);
    };
  }

  private static Model modelNamed(String name) {
    for (var model : Model.values()) {
      if (model.name().toLowerCase(Locale.ROOT).equals(name)) {
        return model;
      }
    }
    throw new IllegalArgumentException(
        "troupe.service.model: expected tokens or measured, not " + name);
  }

  private static void require(boolean valid, String key, Object value) {
    if (!valid) {
      throw new IllegalArgumentException("troupe.service." + key + ": cannot be " + value);
    }
  }
}
