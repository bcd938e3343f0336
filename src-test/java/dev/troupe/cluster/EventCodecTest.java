package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import dev.troupe.plan.StepId;
import dev.troupe.run.Consumption;
import dev.troupe.run.Recorded;
import dev.troupe.run.RunEvent;
import dev.troupe.run.StepError;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class EventCodecTest {

  private static final ObjectMapper CBOR = new CBORMapper();

  private static final Recorded EVENT =
      new Recorded(
          7,
          1_790_000_000_000L,
          new RunEvent.RetryScheduled(
              new StepId("größe"),
              2,
              new StepError(StepError.Code.RATE_LIMITED, "später", true, false, OptionalLong.of(5)),
              new Consumption(1, 2, 3, 4, 5),
              6,
              8));

  @Test
  void whatIsWrittenIsReadAsItWas() {
    assertThat(EventCodec.event(EventCodec.bytes(EVENT))).isEqualTo(EVENT);
  }

  @Test
  void whatALaterVersionHasAddedIsPassedOver() throws Exception {
    var later = (ObjectNode) CBOR.readTree(EventCodec.bytes(EVENT));
    later.put("node", "n1");
    ((ObjectNode) later.path("event")).put("weather", "fine");
    ((ObjectNode) later.at("/event/error")).put("mood", "bad");

    assertThat(EventCodec.event(CBOR.writeValueAsBytes(later))).isEqualTo(EVENT);
  }

  @Test
  void anEventOfAKindThatIsNotKnownIsSaidToBeUnreadable() throws Exception {
    var other = (ObjectNode) CBOR.readTree(EventCodec.bytes(EVENT));
    ((ObjectNode) other.path("event")).put("event", "teleported");

    assertThatThrownBy(() -> EventCodec.event(CBOR.writeValueAsBytes(other)))
        .isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(() -> EventCodec.event(new byte[] {1, 2, 3}))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void metadataKeepTheirTypes() {
    var metadata =
        Map.<String, JsonNode>of(
            "text", TextNode.valueOf("ü"), "list", CBOR.valueToTree(List.of(1, true)));

    assertThat(EventCodec.metadata(EventCodec.bytes(metadata))).isEqualTo(metadata);
    assertThatThrownBy(() -> EventCodec.metadata(new byte[] {1, 2, 3}))
        .isInstanceOf(UncheckedIOException.class);
  }
}
