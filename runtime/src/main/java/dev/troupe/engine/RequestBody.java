package dev.troupe.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The JSON object of a request, changed by cutting and inserting whole members, never re-encoded.
///
/// The bytes are shared, not copied: a change costs O(members), whatever the length of the prompt.
/// The array is never written to.
public final class RequestBody {

  private final byte[] bytes;
  private final int open;
  private final List<Member> members;
  private final List<String> added;

  /// A top-level member of the object.
  ///
  /// @param from offset of the quote that opens its name
  /// @param valueFrom offset of its value
  /// @param to offset after its value
  public record Member(String name, int from, int valueFrom, int to) {}

  /// @param open offset of the object's opening brace
  /// @param members all top-level members, in their order
  public RequestBody(byte[] bytes, int open, List<Member> members) {
    this(bytes, open, List.copyOf(members), List.of());
  }

  private RequestBody(byte[] bytes, int open, List<Member> members, List<String> added) {
    this.bytes = bytes;
    this.open = open;
    this.members = members;
    this.added = added;
  }

  /// The value of a member as JSON text. Meant for short ones.
  public Optional<String> value(String name) {
    return members.stream()
        .filter(member -> member.name().equals(name))
        .reduce((_, last) -> last)
        .map(member ->
            new String(
                bytes,
                member.valueFrom(),
                member.to() - member.valueFrom(),
                StandardCharsets.UTF_8));
  }

  /// The same object without the members of that name.
  public RequestBody without(String name) {
    return new RequestBody(
        bytes,
        open,
        members.stream().filter(member -> !member.name().equals(name)).toList(),
        added);
  }

  /// The same object with that member in place of any of its name.
  ///
  /// @param json the value as JSON text
  public RequestBody with(String name, String json) {
    var more = new ArrayList<>(added);
    more.add('"' + name + "\":" + json);
    return new RequestBody(bytes, open, without(name).members, List.copyOf(more));
  }

  /// The object's text, in parts to be sent one after the other.
  public List<ByteBuffer> parts() {
    var parts = new ArrayList<ByteBuffer>();
    parts.add(ascii("{" + String.join(",", added)));
    boolean first = added.isEmpty();
    // Neighbours that both stay are sent as one slice, with what stands between them.
    for (int at = 0; at < members.size(); ) {
      int last = at;
      while (last + 1 < members.size() && areAdjacent(members.get(last), members.get(last + 1))) {
        last++;
      }
      if (!first) {
        parts.add(ascii(","));
      }
      int from = members.get(at).from();
      parts.add(ByteBuffer.wrap(bytes, from, members.get(last).to() - from));
      first = false;
      at = last + 1;
    }
    parts.add(ascii("}"));
    return parts;
  }

  /// Bytes of the object's text.
  public int length() {
    return parts().stream().mapToInt(ByteBuffer::remaining).sum();
  }

  private boolean areAdjacent(Member left, Member right) {
    // Only blanks and one comma stand between members that were neighbours from the start.
    for (int at = left.to(); at < right.from(); at++) {
      if (bytes[at] == '"') {
        return false;
      }
    }
    return true;
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
