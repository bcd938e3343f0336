package dev.troupe.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every complete example in `docs/runs.md` is a run that can be submitted.
class PlanDocumentTest {

  private static Submission read(PlanDocument.Example example) {
    RunJson reader = new RunJson(Tools.ALL, PlanLimits.DEFAULT);
    byte[] bytes = example.text().getBytes(StandardCharsets.UTF_8);
    return example.language().equals("json")
        ? reader.read(bytes, RunJson.Form.NATIVE)
        : reader.readYaml(bytes, RunJson.Form.NATIVE);
  }

  @TestFactory
  Stream<DynamicTest> readsEveryExample() throws IOException {
    List<PlanDocument.Example> examples = PlanDocument.examples();
    assertThat(examples).hasSizeGreaterThan(15);
    return examples.stream()
        .map(example ->
            DynamicTest.dynamicTest(
                example.text().lines().findFirst().orElse(""),
                () -> {
                  Submission read = read(example);
                  if (read.work() instanceof Submission.Planned planned) {
                    assertThat(planned.plan().topological()).hasSize(planned.plan().size());
                  }
                }));
  }

  @Test
  void namesEveryKindAndEveryCode() throws IOException {
    String document = PlanDocument.text();
    for (PlanError.Code code : PlanError.Code.values()) {
      assertThat(document).contains("| `" + code.word() + "` |");
    }
    for (String kind :
        List.of(
            "llm",
            "http",
            "function",
            "map",
            "condition",
            "loop",
            "wait",
            "approval",
            "subrun",
            "join")) {
      assertThat(document).contains("**`" + kind + "`**");
    }
  }
}
