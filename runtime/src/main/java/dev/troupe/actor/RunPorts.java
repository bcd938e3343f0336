package dev.troupe.actor;

import dev.troupe.metrics.RunInstruments;
import dev.troupe.run.Analyses;
import dev.troupe.run.RunDecisions;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;

/// What the actors of runs are made of.
///
/// @param here knows the runs on this node, so that they leave in order
/// @param permits for runs of tenants with limits
/// @param analyses with what models have said before
/// @param clock wall-clock milliseconds
/// @param random makes a source of randomness for one run, for the jitter of its retries
public record RunPorts(
    RunSettings settings,
    RunJournal journal,
    StepRunner runner,
    RunDecisions decisions,
    ActorRef<LocalRunsActor.Command> here,
    Permits permits,
    Analyses analyses,
    RunInstruments instruments,
    Webhooks webhooks,
    LongSupplier clock,
    Supplier<RandomGenerator> random) {}
