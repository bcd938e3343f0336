package dev.troupe.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RunProgramTest {

  @Test
  void isWhatItsMetadataSay() {
    var program = RunProgram.OWN.named("p").childOf("q").withPriority(OptionalInt.of(-2));
    var metadata = new HashMap<String, JsonNode>(Map.of("mine", TextNode.valueOf("x")));

    program.write(metadata);

    assertThat(RunProgram.of(metadata)).isEqualTo(program);
    assertThat(metadata).hasSize(4).containsEntry("mine", TextNode.valueOf("x"));
  }

  @Test
  void whatIsNoNameAndNoPrioritySaysNothing() {
    Map<String, JsonNode> metadata =
        Map.of(
            RunProgram.NAME, IntNode.valueOf(1),
            RunProgram.PARENT, IntNode.valueOf(2),
            RunProgram.PRIORITY, IntNode.valueOf(99));

    assertThat(RunProgram.of(metadata)).isEqualTo(RunProgram.OWN);
  }
}
