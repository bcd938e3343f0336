package dev.troupe.simulation;

import com.typesafe.config.Config;
import dev.troupe.engine.EngineSettings;
import dev.troupe.program.ProgramSettings;
import dev.troupe.program.ServiceSettings;
import dev.troupe.schedule.ScheduleSettings;

/// The settings a node runs with, as far as a simulation has that part of a node.
///
/// @param expectedOutputTokens reckoned for every call: nobody knows beforehand what it will get
public record SimulationSettings(
    ScheduleSettings schedule,
    ServiceSettings service,
    EngineSettings engine,
    ProgramSettings program,
    int expectedOutputTokens) {

  public static SimulationSettings of(Config config) {
    return new SimulationSettings(
        ScheduleSettings.of(config),
        ServiceSettings.of(config),
        EngineSettings.of(config),
        ProgramSettings.of(config),
        config.getInt("troupe.gateway.expected-output-tokens"));
  }
}
