package dev.troupe.actor;

import dev.troupe.actor.EngineClient.EngineAnswer;
import dev.troupe.engine.EngineEndpoint;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.EngineStatus;
import dev.troupe.engine.Lease;
import dev.troupe.engine.RequestBody;
import dev.troupe.program.Call;
import dev.troupe.program.CallEnd;
import dev.troupe.program.ModelPool;
import dev.troupe.program.PrefixChain;
import dev.troupe.program.Program;
import dev.troupe.program.Tenant;
import dev.troupe.program.Usage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.pekko.stream.javadsl.Source;

/// Values that actor tests speak of.
final class Samples {

  static final ModelPool POOL = new ModelPool("any-model");

  private Samples() {}

  static Call call(String id) {
    return call(id, "program-of-" + id);
  }

  static Call call(String id, String program) {
    return new Call(new Call.Id(id), program(program), POOL, 100, 20, PrefixChain.EMPTY, List.of());
  }

  static Program.Id program(String id) {
    return new Program.Id(Tenant.ANYONE, id);
  }

  static EngineEndpoint endpoint(String engine) {
    return new EngineEndpoint(
        new EngineId(engine),
        EngineEndpoint.Dialect.VLLM,
        URI.create("http://127.0.0.1:1"),
        Optional.empty(),
        EngineEndpoint.PriorityOrder.NONE);
  }

  static Lease lease(String id, String call, String engine) {
    return new Lease(
        new Lease.Id(id),
        new Call.Id(call),
        endpoint(engine),
        0,
        false,
        new Lease.Why("least-loaded", 0));
  }

  static CallRequest request() {
    return new CallRequest(
        "/v1/chat/completions",
        List.of(),
        new RequestBody("{}".getBytes(StandardCharsets.UTF_8), 0, List.of()),
        true);
  }

  static EngineAnswer answer(int status) {
    return new EngineAnswer(status, List.of(), Source.empty());
  }

  static CallEnd completed(int promptTokens, int cachedTokens, int outputTokens) {
    return new CallEnd(
        new Usage(promptTokens, cachedTokens, outputTokens),
        true,
        Optional.of("stop"),
        CallEnd.Answer.NONE,
        Optional.empty());
  }

  static EngineStatus status(int slots) {
    return new EngineStatus(
        Set.of(POOL.model()),
        OptionalInt.of(slots),
        OptionalInt.of(0),
        OptionalInt.of(0),
        OptionalLong.of(100_000),
        OptionalDouble.of(0));
  }
}
