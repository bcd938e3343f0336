package dev.troupe.simulation.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MisspellingTest {

  private static final List<String> KNOWN =
      List.of(
          "id",
          "kind",
          "tenant",
          "arrival_s",
          "block_tokens",
          "calls",
          "parents",
          "prompt_tokens",
          "output_tokens",
          "tool_wait_s",
          "prefix_block_hashes");

  @ParameterizedTest
  @CsvSource({
    "tool_wait, tool_wait_s",
    "tool_waits, tool_wait_s",
    "tool_wiat_s, tool_wait_s",
    "tool_wait_ms, tool_wait_s",
    "tool_wait_seconds, tool_wait_s",
    "toolWaitSeconds, tool_wait_s",
    "wait_s, tool_wait_s",
    "tool_call_wait_s, tool_wait_s",
    "prefix_blocks, prefix_block_hashes",
    "prefixBlocks, prefix_block_hashes",
    "prefix_hashes, prefix_block_hashes",
    "prefix_block_hash, prefix_block_hashes",
    "prefix-block-hashes, prefix_block_hashes",
    "block_hashes, prefix_block_hashes",
    "arrival, arrival_s",
    "arrival_ms, arrival_s",
    "tenants, tenant",
    "tenant_id, tenant",
    "parent, parents",
    "call, calls",
    "Prompt_Tokens, prompt_tokens",
    "block_token, block_tokens",
  })
  void findsTheFieldThatWasMeant(String name, String meant) {
    assertThat(Misspelling.of(name, KNOWN)).contains(meant);
  }

  /// The other fields of public traces, and some that a trace of one's own may have.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "source",
        "session",
        "seq",
        "think_s",
        "shared_prefix_tokens",
        "chars_per_token",
        "measured_total",
        "wait_kind",
        "start_s",
        "api_s",
        "role",
        "model",
        "timestamp",
        "hash_ids",
        "input_length",
        "agent",
        "user",
        "task",
        "name",
        "end_s",
        "queue_wait_s",
        "user_wait_s",
        "tool_wait_kind",
        "prefix_tokens",
        "cached_tokens",
        "input_tokens",
        "total_tokens",
        "block_size",
      })
  void takesNoOtherFieldForOneMisspelt(String name) {
    assertThat(Misspelling.of(name, KNOWN)).isEmpty();
  }
}
