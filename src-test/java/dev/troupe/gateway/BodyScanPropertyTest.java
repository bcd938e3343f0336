package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.engine.RequestBody;
import dev.troupe.gateway.BodyScan.Kind;
import dev.troupe.gateway.BodyScan.Scanned;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What is sent on is what came in, but for the members that were cut or set.
class BodyScanPropertyTest {

  private static final JsonMapper JSON = new JsonMapper();

  private static final List<String> NAMES =
      List.of("autellix_a", "autellix_b", "x", "temperature", "stream", "na\"me", "über", "{", ",");

  @Property(tries = 500)
  void cutsMembersAndLeavesTheRest(
      @ForAll("bodies") ObjectNode sent,
      @ForAll boolean isPretty,
      @ForAll("names") List<String> cut)
      throws Exception {
    var body = scan(sent, isPretty);
    for (var name : cut) {
      body = body.without(name);
    }

    var expected = sent.deepCopy();
    cut.forEach(expected::remove);
    assertThat(read(body)).isEqualTo(expected);
  }

  @Property(tries = 200)
  void setsMembersAndLeavesTheRest(
      @ForAll("bodies") ObjectNode sent,
      @ForAll boolean isPretty,
      @ForAll("names") List<String> set)
      throws Exception {
    var body = scan(sent, isPretty);
    var expected = sent.deepCopy();
    for (var name : set.stream().filter(name -> !name.contains("\"")).distinct().toList()) {
      body = body.with(name, "{\"a\":[1]}");
      expected.set(name, JSON.readTree("{\"a\":[1]}"));
    }

    assertThat(read(body)).isEqualTo(expected);
  }

  @Property(tries = 200)
  void passesAnUnchangedBodyOnWhole(@ForAll("bodies") ObjectNode sent, @ForAll boolean isPretty)
      throws Exception {
    assertThat(read(scan(sent, isPretty))).isEqualTo(sent);
  }

  private static RequestBody scan(ObjectNode sent, boolean isPretty) throws Exception {
    var writer = isPretty ? JSON.writerWithDefaultPrettyPrinter() : JSON.writer();
    var outcome = BodyScan.scan(writer.writeValueAsBytes(sent), Kind.CHAT, 4.0);
    return ((Scanned) outcome).body().body();
  }

  private static JsonNode read(RequestBody body) throws Exception {
    var bytes = new ByteArrayOutputStream();
    for (var part : body.parts()) {
      var slice = new byte[part.remaining()];
      part.get(slice);
      bytes.write(slice);
    }
    assertThat(bytes.size()).isEqualTo(body.length());
    return JSON.readTree(bytes.toByteArray());
  }

  @Provide
  Arbitrary<List<String>> names() {
    return Arbitraries.of(NAMES).list().ofMaxSize(4);
  }

  @Provide
  Arbitrary<ObjectNode> bodies() {
    var values = values(2);
    return Combinators.combine(
            Arbitraries.maps(Arbitraries.of(NAMES), values).ofMaxSize(7),
            Arbitraries.maps(Arbitraries.of("role", "content", "tool_calls"), values)
                .list()
                .ofMaxSize(3),
            Arbitraries.integers().between(0, 7))
        .as(BodyScanPropertyTest::body);
  }

  private static ObjectNode body(
      Map<String, Object> members, List<Map<String, Object>> messages, int place) {
    var body = JSON.createObjectNode();
    int at = 0;
    for (var member : members.entrySet()) {
      if (at++ == place) {
        body.set("messages", JSON.valueToTree(messages));
      }
      body.set(member.getKey(), JSON.valueToTree(member.getValue()));
    }
    body.set("messages", JSON.valueToTree(messages));
    body.put("model", "m");
    return body;
  }

  private static Arbitrary<Object> values(int depth) {
    Arbitrary<Object> scalars =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(20).asGeneric(),
            Arbitraries.integers().asGeneric(),
            Arbitraries.of(true, false).asGeneric());
    if (depth == 0) {
      return scalars;
    }
    var inner = values(depth - 1);
    return Arbitraries.oneOf(
        scalars,
        inner.list().ofMaxSize(3).asGeneric(),
        Arbitraries.maps(Arbitraries.strings().ofMaxLength(5), inner).ofMaxSize(3).asGeneric());
  }
}
