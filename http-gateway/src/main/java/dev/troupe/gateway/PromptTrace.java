package dev.troupe.gateway;

/// A text completion that has been relayed, and how a prompt that follows it looks.
///
/// @param blocks whole blocks of its prompt
/// @param hash of the beginning up to the last whole block, or of the first bytes of a prompt
///     without one
/// @param length bytes of the prompt
/// @param tailHash of what follows the last whole block
/// @param answerHash fingerprint of the answer's text
/// @param answerLength characters of it; 0 where there is none
record PromptTrace(
    Turn turn,
    int blocks,
    long hash,
    int length,
    long tailHash,
    long answerHash,
    int answerLength) {

  PromptTrace withTurn(Turn other) {
    return new PromptTrace(other, blocks, hash, length, tailHash, answerHash, answerLength);
  }
}
