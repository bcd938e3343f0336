package dev.troupe.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.cluster.LocalShards.Held;
import dev.troupe.management.ClusterStatus.EngineReport;
import dev.troupe.management.ClusterStatus.MemberReport;
import dev.troupe.management.ClusterStatus.SchedulerReport;
import dev.troupe.management.NodeReport.StorageReport;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class StatusTableTest {

  private static final MemberReport SILENT =
      new MemberReport(
          "10.0.0.8:7355",
          List.of("engine", "scheduler"),
          "up",
          false,
          "1.2.0",
          OptionalLong.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          List.of());

  private static final MemberReport ANSWERING =
      new MemberReport(
          "10.0.0.7:7355",
          List.of("gateway", "scheduler"),
          "up",
          true,
          "1.2.0",
          OptionalLong.of(3 * 3_600_000L),
          Optional.of("10.0.0.7:8080"),
          Optional.empty(),
          OptionalInt.of(12),
          Optional.of(
              new StorageReport("postgresql", false, 7, 0, Optional.of("connection refused"))),
          List.of(new Held("program", 40, 1200), new Held("engine", 0, 0)));

  private static final ClusterStatus STATUS =
      new ClusterStatus(
          "10.0.0.7:7355",
          List.of(ANSWERING, SILENT),
          List.of(new SchedulerReport("llama", "10.0.0.7:7355", 3, 1500, List.of("gpu-1"))),
          List.of(
              new EngineReport(
                  "gpu-1",
                  "http://10.0.0.9:8000",
                  true,
                  List.of("llama"),
                  5,
                  32,
                  Optional.of("10.0.0.8:7355"),
                  Optional.empty()),
              new EngineReport(
                  "gpu-2",
                  "http://10.0.0.9:8001",
                  false,
                  List.of(),
                  0,
                  0,
                  Optional.of("10.0.0.8:7355"),
                  Optional.of("Connection refused"))),
          1200,
          5,
          List.of("node 10.0.0.8:7355"),
          List.of("no node has the role scheduler"));

  @Test
  void showsEveryPartOfTheCluster() {
    assertThat(StatusTable.of(STATUS))
        .isEqualTo(
            """
            ! no node has the role scheduler
            ! no answer in time from node 10.0.0.8:7355
            member         roles              state            ready  version  age  gateway        calls  storage
            10.0.0.7:7355  gateway,scheduler  up               yes    1.2.0    3h   10.0.0.7:8080  12     away, 7 unsaved: connection refused
            10.0.0.8:7355  engine,scheduler   up, unreachable  -      1.2.0    -    -              -      -

            shards         type     shards  entities
            10.0.0.7:7355  program  40      1200

            scheduler  node           waiting  oldest  engines
            llama      10.0.0.7:7355  3        1s      gpu-1

            engine  url                   in flight  window  node           models  answers
            gpu-1   http://10.0.0.9:8000  5          32      10.0.0.8:7355  llama   yes
            gpu-2   http://10.0.0.9:8001  0          0       10.0.0.8:7355  -       no: Connection refused

            1200 programs in memory, 5 leases in flight. Told by 10.0.0.7:7355.
            """);
  }

  @Test
  void survivesTheWayOverTheWire() {
    assertThat(StatusJson.read(StatusJson.write(STATUS))).isEqualTo(STATUS);
  }

  @Test
  void readsWhatAnOlderNodeDoesNotSayAsAbsent() {
    var older = StatusJson.write(STATUS).replaceAll(",\"why_unreachable\":(null|\"[^\"]*\")", "");

    assertThat(older).doesNotContain("why_unreachable");
    assertThat(StatusJson.read(older).engines())
        .allSatisfy(engine -> assertThat(engine.whyUnreachable()).isEmpty());
  }

  @Test
  void passesOverWhatANewerNodeSaysInAddition() {
    var newer = StatusJson.write(STATUS).replaceFirst("\\{", "{\"moons\": 3, ");

    assertThat(StatusJson.read(newer)).isEqualTo(STATUS);
  }

  @Test
  void refusesWhatIsNoStatus() {
    assertThatThrownBy(() -> StatusJson.read("<html>"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
