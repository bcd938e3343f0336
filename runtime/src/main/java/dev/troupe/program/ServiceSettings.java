package dev.troupe.program;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.Locale;

/// The `troupe.service` section of the configuration: what engine time a token stands for.
///
/// @param prefillTimePerToken engine time to process one prompt token that is not cached
/// @param attentionTimePerThousand what each 1,000 tokens before it add to a prompt token's time
/// @param decodeTimePerToken engine time to generate one token
/// @param kvReadTimePerToken what a token in the KV cache adds to the time of each token generated
///     beside it
public record ServiceSettings(
    Model model,
    Duration prefillTimePerToken,
    Duration attentionTimePerThousand,
    Duration decodeTimePerToken,
    Duration kvReadTimePerToken) {

  private static final SettingRules RULES = new SettingRules("troupe.service");

  /// How the service of an ended call is reckoned; see [ServiceModel].
  public enum Model {
    TOKENS,
    MEASURED
  }

  public ServiceSettings {
    RULES.requirePositive("prefill-time-per-token", prefillTimePerToken);
    RULES.requireNotNegative("attention-time-per-1000-tokens", attentionTimePerThousand);
    RULES.requirePositive("decode-time-per-token", decodeTimePerToken);
    RULES.requirePositive("kv-read-time-per-token", kvReadTimePerToken);
  }

  public static ServiceSettings of(Config config) {
    var section = SettingsReader.of(config, "troupe.service");
    return new ServiceSettings(
        modelNamed(section.text("model")),
        section.duration("prefill-time-per-token"),
        section.duration("attention-time-per-1000-tokens"),
        section.duration("decode-time-per-token"),
        section.duration("kv-read-time-per-token"));
  }

  public long prefillNanosPerToken() {
    return prefillTimePerToken.toNanos();
  }

  /// Engine time for a prompt token and one before it.
  public double attentionNanosPerPair() {
    return attentionTimePerThousand.toNanos() / 1000.0;
  }

  public long decodeNanosPerToken() {
    return decodeTimePerToken.toNanos();
  }

  public long kvReadNanosPerToken() {
    return kvReadTimePerToken.toNanos();
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
}
