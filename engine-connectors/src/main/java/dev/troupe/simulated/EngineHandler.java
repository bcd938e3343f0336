package dev.troupe.simulated;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.troupe.simulated.SimulatedSettings.Work;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.util.Optional;

/// One connection to a simulated engine. Requests on it follow one another.
final class EngineHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final SimulatedEngine engine;
  private Optional<Execution> execution = Optional.empty();

  EngineHandler(SimulatedEngine engine) {
    this.engine = engine;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    var path = request.uri().replaceFirst("\\?.*", "");
    switch (request.method() + " " + path) {
      case "POST /v1/chat/completions" -> complete(context, request, true);
      case "POST /v1/completions" -> complete(context, request, false);
      case "GET /v1/models" -> send(context, HttpResponseStatus.OK, models());
      case "GET /health" -> text(context, "");
      case "GET /version" -> send(context, HttpResponseStatus.OK, "{\"version\":\"0.0.0\"}");
      case "GET /metrics" ->
          text(context, MetricsPage.of(engine.settings(), engine.runner().stats()));
      case "GET /sim/stats" -> stats(context);
      case "POST /sim/fault" -> fault(context, request);
      default -> error(context, HttpResponseStatus.NOT_FOUND, "Not Found");
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    execution.ifPresent(engine.runner()::leave);
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }

  private void complete(ChannelHandlerContext context, FullHttpRequest http, boolean isChat) {
    var fault = engine.faults().next();
    if (fault instanceof Fault.Status(int code)) {
      error(context, HttpResponseStatus.valueOf(code), "a fault was asked for");
      return;
    }
    SimulatedRequest request;
    try {
      request = engine.reader().read(idOf(http), isChat, ByteBufUtil.getBytes(http.content()));
    } catch (IOException e) {
      error(
          context,
          HttpResponseStatus.BAD_REQUEST,
          e instanceof JsonProcessingException json
              ? json.getOriginalMessage()
              : String.valueOf(e.getMessage()));
      return;
    }
    var refusal = refusal(http, request);
    if (refusal.isPresent()) {
      error(context, refusal.get().status(), refusal.get().message());
      return;
    }
    run(context, request, fault);
  }

  private void run(ChannelHandlerContext context, SimulatedRequest request, Fault fault) {
    Work work = engine.settings().work();
    var answer = new AnswerWriter(context.channel(), request, Output.of(request, work));
    if (!engine.runner().fits(request, answer.output().tokens())) {
      error(
          context,
          HttpResponseStatus.BAD_REQUEST,
          "This model's maximum context length is "
              + engine.settings().capacity().maxModelTokens()
              + " tokens. However, you requested "
              + (request.promptTokens() + answer.output().tokens())
              + " tokens.");
      return;
    }
    if (work.sendsHeadFirst()) {
      answer.head();
      answer.flush();
    }
    var submitted = new Execution(request, fault, answer, engine.nextArrival());
    execution = Optional.of(submitted);
    engine.runner().submit(submitted);
  }

  private record Refusal(HttpResponseStatus status, String message) {}

  private Optional<Refusal> refusal(FullHttpRequest http, SimulatedRequest request) {
    var settings = engine.settings();
    var key = settings.apiKey().map(secret -> "Bearer " + secret);
    if (key.isPresent()
        && !key.get().equals(http.headers().get(HttpHeaderNames.AUTHORIZATION, ""))) {
      return Optional.of(new Refusal(HttpResponseStatus.UNAUTHORIZED, "Unauthorized"));
    }
    if (!settings.models().contains(request.model())) {
      return Optional.of(
          new Refusal(
              HttpResponseStatus.NOT_FOUND, "The model `" + request.model() + "` does not exist."));
    }
    if (request.priority() != 0 && !settings.capacity().byPriority()) {
      return Optional.of(
          new Refusal(
              HttpResponseStatus.BAD_REQUEST,
              "Got priority " + request.priority() + " but Priority scheduling is not enabled."));
    }
    return engine.runner().isFull()
        ? Optional.of(
            new Refusal(HttpResponseStatus.SERVICE_UNAVAILABLE, "the waiting queue is full"))
        : Optional.empty();
  }

  private String idOf(FullHttpRequest http) {
    var call = http.headers().get("X-Troupe-Call");
    var id = call != null ? call : http.headers().get("X-Request-Id");
    return id != null ? id : "request-" + engine.nextArrival();
  }

  private String models() {
    var list = JsonNodeFactory.instance.objectNode().put("object", "list");
    var data = list.putArray("data");
    for (var model : engine.settings().models()) {
      data.addObject()
          .put("id", model)
          .put("object", "model")
          .put("owned_by", "vllm")
          .put("max_model_len", engine.settings().capacity().maxModelTokens());
    }
    return list.toString();
  }

  private void stats(ChannelHandlerContext context) {
    send(context, HttpResponseStatus.OK, JSON.valueToTree(engine.runner().stats()).toString());
  }

  private void fault(ChannelHandlerContext context, FullHttpRequest request) {
    try {
      var json = JSON.readTree(request.content().toString(UTF_8));
      var fault = Fault.of(json);
      send(context, HttpResponseStatus.OK, "{}");
      engine.plan(fault, json.path("times").asInt(1));
    } catch (IOException | IllegalArgumentException e) {
      error(context, HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  private static void error(
      ChannelHandlerContext context, HttpResponseStatus status, String message) {
    var body = JsonNodeFactory.instance.objectNode();
    body.putObject("error")
        .put("message", message)
        .put("type", status.reasonPhrase().replace(" ", ""))
        .putNull("param")
        .put("code", status.code());
    send(context, status, body.toString());
  }

  private static void send(ChannelHandlerContext context, HttpResponseStatus status, String json) {
    AnswerWriter.respond(context.channel(), status, "application/json", json.getBytes(UTF_8));
  }

  private static void text(ChannelHandlerContext context, String text) {
    AnswerWriter.respond(
        context.channel(),
        HttpResponseStatus.OK,
        "text/plain; version=0.0.4",
        text.getBytes(UTF_8));
  }
}
