package dev.troupe.connector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.actor.CallRequest;
import dev.troupe.actor.EngineTransport.Header;
import dev.troupe.actor.EngineTransport.Request;
import dev.troupe.engine.Lease;
import dev.troupe.engine.RequestBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A client's request as one engine is to get it.
///
/// The bytes of the body stay; only whole members are set: `priority` for engines that take one, and
/// `stream_options.include_usage`, so that a stream tells what it cost.
///
/// @param withholdsUsage whether the client has not asked for the usage that the stream will tell
record OutgoingCall(Request request, boolean withholdsUsage) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /// Not passed on, besides what belongs to the client's connection: its key for Troupe, an encoding
  /// of the answer that could not be read on its way, and what is set here.
  private static final Set<String> NOT_PASSED_ON =
      Set.of(
          "accept-encoding",
          "authorization",
          "content-length",
          "content-type",
          "expect",
          "host",
          "x-request-id");

  static OutgoingCall of(Lease lease, CallRequest call) {
    var body = withPriority(lease, call.body());
    var options = streamOptions(body);
    boolean asksForUsage = options.path("include_usage").asBoolean();
    boolean addsUsage = call.streamed() && !asksForUsage;
    if (addsUsage) {
      body = body.with("stream_options", options.put("include_usage", true).toString());
    }
    var request =
        new Request(
            "POST",
            EngineProbe.uri(lease.engine(), call.path()),
            headers(lease, call),
            body.parts());
    return new OutgoingCall(request, addsUsage);
  }

  private static RequestBody withPriority(Lease lease, RequestBody body) {
    return switch (lease.engine().priorityOrder()) {
      case NONE -> body;
      case LOWER_FIRST -> body.with("priority", Integer.toString(lease.level()));
      case HIGHER_FIRST -> body.with("priority", Integer.toString(-lease.level()));
    };
  }

  /// The client's own options; none when they are not an object.
  private static ObjectNode streamOptions(RequestBody body) {
    try {
      JsonNode options = JSON.readTree(body.value("stream_options").orElse("{}"));
      return options instanceof ObjectNode given ? given : JsonNodeFactory.instance.objectNode();
    } catch (JsonProcessingException notJson) {
      return JsonNodeFactory.instance.objectNode();
    }
  }

  private static List<Header> headers(Lease lease, CallRequest call) {
    var headers = new ArrayList<Header>();
    for (var header : call.headers()) {
      if (!header.isOfConnection() && !NOT_PASSED_ON.contains(header.lowerCaseName())) {
        headers.add(header);
      }
    }
    headers.addAll(EngineProbe.authorization(lease.engine()));
    headers.add(new Header("Content-Type", "application/json"));
    headers.add(new Header("X-Request-Id", requestId(lease)));
    return headers;
  }

  /// The call's id, unless it cannot stand in a header.
  private static String requestId(Lease lease) {
    var id = lease.call().value();
    return id.chars().allMatch(character -> character > ' ' && character < 127)
        ? id
        : lease.id().value();
  }
}
