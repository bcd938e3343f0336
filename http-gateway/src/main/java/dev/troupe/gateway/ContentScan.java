package dev.troupe.gateway;

import com.fasterxml.jackson.core.JsonToken;
import dev.troupe.engine.RequestBody.Member;
import dev.troupe.program.Fingerprint;
import java.io.IOException;
import java.util.Set;

/// Reads the content of one message: text, or an array of parts.
///
/// The hash is of what is said. Plain text and a single part of the same text are alike, and marks
/// for the cache do not count: clients move them from turn to turn.
final class ContentScan implements MemberWalk.Visitor {

  /// Members of a part that say nothing of their own.
  private static final Set<String> UNSPOKEN = Set.of("type", "cache_control");

  /// What a part without text, such as an image, counts for at most: about a thousand tokens.
  private static final int MAX_PART_BYTES = 4096;

  private final MemberWalk walk;
  private final PromptBoundaries boundaries;
  private final StringBuilder text;
  private final boolean wantsText;
  private long hash;
  private int parts;
  private int blockBytes;
  private int uncountedBytes;
  private long partHash;

  /// @param text receives the decoded text, where it is wanted
  ContentScan(MemberWalk walk, PromptBoundaries boundaries, StringBuilder text, boolean wantsText) {
    this.walk = walk;
    this.boundaries = boundaries;
    this.text = text;
    this.wantsText = wantsText;
  }

  /// Bytes that have been added as whole blocks.
  int blockBytes() {
    return blockBytes;
  }

  /// Bytes that do not become tokens, such as those of images.
  int uncountedBytes() {
    return uncountedBytes;
  }

  /// Reads the parts, where the content is an array; decodes it, where it is text and wanted.
  void enterContent(JsonToken value) throws IOException {
    var parser = walk.parser();
    if (value == JsonToken.VALUE_STRING && wantsText) {
      text.append(parser.getText());
    } else if (value == JsonToken.START_ARRAY) {
      for (var token = parser.nextToken();
          token != JsonToken.END_ARRAY;
          token = parser.nextToken()) {
        if (token == JsonToken.START_OBJECT) {
          partHash = 0;
          walk.through(this);
          hash = parts == 0 ? partHash : Fingerprint.chain(hash, partHash);
          parts++;
        } else {
          parser.skipChildren();
        }
      }
    }
  }

  /// The hash of the content, once its place is known.
  long leaveContent(Member content) {
    if (parts > 0) {
      return hash;
    }
    boolean isText = walk.bytes()[content.valueFrom()] == '"';
    return isText ? textHash(content) : valueHash(content);
  }

  @Override
  public void enter(String name, JsonToken value) throws IOException {
    if (name.equals("text") && value == JsonToken.VALUE_STRING && wantsText) {
      text.append(walk.parser().getText());
    }
  }

  @Override
  public void leave(Member member) {
    boolean isText = walk.bytes()[member.valueFrom()] == '"' && member.name().equals("text");
    if (isText) {
      partHash += textHash(member);
    } else if (!UNSPOKEN.contains(member.name())) {
      partHash += Fingerprint.chain(Fingerprint.of(member.name()), valueHash(member));
      uncountedBytes += Math.max(0, member.to() - member.valueFrom() - MAX_PART_BYTES);
    }
  }

  /// Of the literal without its quotes.
  private long textHash(Member member) {
    int from = member.valueFrom() + 1;
    int to = member.to() - 1;
    blockBytes += boundaries.addBlocks(from, to);
    return Fingerprint.of(walk.bytes(), from, to - from);
  }

  private long valueHash(Member member) {
    return Fingerprint.of(walk.bytes(), member.valueFrom(), member.to() - member.valueFrom());
  }
}
