package dev.troupe.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.actor.StepRunner.Doing;
import dev.troupe.actor.StepRunner.Task;
import dev.troupe.program.CallEnd;
import dev.troupe.program.Reason;
import dev.troupe.run.Consumption;
import dev.troupe.run.RunCommand.Ended;
import dev.troupe.run.RunCommand.Failed;
import dev.troupe.run.RunCommand.Finished;
import dev.troupe.run.StepError;
import dev.troupe.run.StepError.Code;
import dev.troupe.run.StepInput;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;

/// Does the steps that call a model: each is a call of the run's program, scheduled with those of all
/// others, that names the calls it needed.
///
/// The result is the text of the answer; where the model called tools or refused, it is the whole message.
final class LlmSteps {

  private static final ObjectMapper JSON = new ObjectMapper();

  /// Of an answer that is not streamed.
  private static final int MAX_ANSWER_BYTES = 16 << 20;

  /// Of vLLM and SGLang, of llama.cpp, and the code that OpenAI has for it.
  private static final Pattern TOO_LONG =
      Pattern.compile(
          "context (length|size|window)|context_length_exceeded", Pattern.CASE_INSENSITIVE);

  private static final String SHORTER =
      "; policy.context_policy says how much a step is told of others' results, max_tokens how much it may"
          + " answer";

  private final ActorSystem<?> system;

  LlmSteps(ActorSystem<?> system) {
    this.system = system;
  }

  Doing start(Task task, StepInput.Llm input) {
    return start(task, body(input, false), Sink.fold(Answer.NONE, Answer::with));
  }

  /// @param written told the text of the answer, piece by piece
  Doing start(Task task, StepInput.Llm input, Consumer<String> written) {
    var streamed = new StreamedAnswer(written);
    return start(
        task,
        body(input, true),
        Sink.fold(Answer.NONE, (answer, event) -> answer.with(event, streamed)));
  }

  private Doing start(
      Task task, byte[] body, Sink<ProgramCallEvent, CompletionStage<Answer>> reading) {
    var request =
        ModelRequest.of("/v1/chat/completions", body)
            .named(task.call())
            .after(task.parents().toArray(String[]::new));
    var limit = task.step().timeoutMillis();
    var answer =
        program(task)
            .call(
                limit.isPresent() ? request.within(Duration.ofMillis(limit.getAsLong())) : request)
            .viaMat(KillSwitches.single(), Keep.right())
            .toMat(reading, Keep.both())
            .run(system);
    return new Doing() {
      @Override
      public CompletionStage<Ended> ended() {
        return answer
            .second()
            .handle((heard, failure) ->
                switch (failure) {
                  case null -> heard.ended();
                  case StepCancelledException _ ->
                      failed(Code.CANCELLED, "cancelled before it ended", false);
                  default -> failed(Code.INTERNAL_ERROR, failure.toString(), false);
                });
      }

      @Override
      public void cancel() {
        answer.first().abort(new StepCancelledException());
      }
    };
  }

  private TroupeProgram program(Task task) {
    return Troupe.get(system)
        .program(task.program().tenant(), task.program().value())
        .declaring(task.declared());
  }

  private static byte[] body(StepInput.Llm input, boolean isStreamed) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    if (input.extras() instanceof ObjectNode extras) {
      body.setAll(extras);
    }
    body.put("model", input.model());
    var messages = body.putArray("messages");
    input
        .messages()
        .forEach(message ->
            messages.addObject().put("role", message.role()).set("content", message.content()));
    input.maxTokens().ifPresent(tokens -> body.put("max_tokens", tokens));
    body.put("stream", isStreamed);
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException("a step's request is no JSON", broken);
    }
  }

  /// What was heard of a call so far.
  private record Answer(ByteString body, Optional<ProgramCallEvent> last) {

    static final Answer NONE = new Answer(ByteString.emptyByteString(), Optional.empty());

    Answer with(ProgramCallEvent event) {
      return switch (event) {
        case ProgramCallEvent.Queued _, ProgramCallEvent.Began _ -> this;
        case ProgramCallEvent.Output(var bytes) ->
            body.size() > MAX_ANSWER_BYTES ? this : new Answer(body.concat(bytes), last);
        case ProgramCallEvent.Ended _, ProgramCallEvent.Rejected _, ProgramCallEvent.Failed _ ->
            new Answer(body, Optional.of(event));
      };
    }

    /// The same of an answer that is streamed.
    Answer with(ProgramCallEvent event, StreamedAnswer streamed) {
      return switch (event) {
        case ProgramCallEvent.Output(var bytes) -> {
          if (streamed.length() <= MAX_ANSWER_BYTES) {
            streamed.take(bytes);
          }
          yield this;
        }
        case ProgramCallEvent.Queued _, ProgramCallEvent.Began _ -> this;
        case ProgramCallEvent.Ended _, ProgramCallEvent.Rejected _, ProgramCallEvent.Failed _ ->
            new Answer(streamed.whole(), Optional.of(event));
      };
    }

    Ended ended() {
      return last.map(this::endedBy)
          .orElseGet(() -> failed(Code.INTERNAL_ERROR, "the call ended without a word", false));
    }

    private Ended endedBy(ProgramCallEvent event) {
      return switch (event) {
        case ProgramCallEvent.Ended(var end) -> answered(end);
        case ProgramCallEvent.Rejected(int status, var text) -> rejected(status, text);
        case ProgramCallEvent.Failed(var reason, var detail, var retryAfter) ->
            new Failed(error(reason, detail, retryAfter), Consumption.NONE);
        case ProgramCallEvent.Queued _, ProgramCallEvent.Began _, ProgramCallEvent.Output _ ->
            throw new IllegalStateException("no call ends so: " + event);
      };
    }

    private Ended answered(CallEnd end) {
      var usage = end.usage();
      var used =
          Consumption.ofTokens(usage.promptTokens(), usage.cachedTokens(), usage.outputTokens());
      if (end.failure().isPresent()) {
        return new Failed(
            error(end.failure().get(), "the answer broke off", Optional.empty()), used);
      }
      if (body.size() > MAX_ANSWER_BYTES) {
        return new Failed(
            StepError.lasting(Code.INVALID_RESULT, "the answer is larger than 16 MiB"), used);
      }
      try {
        var message = JSON.readTree(body.toArrayUnsafe()).path("choices").path(0).path("message");
        return message.isObject()
            ? new Finished(resultOf(message), used)
            : new Failed(StepError.lasting(Code.INVALID_RESULT, "the answer has no message"), used);
      } catch (IOException broken) {
        return new Failed(StepError.lasting(Code.INVALID_RESULT, "the answer is no JSON"), used);
      }
    }

    private static JsonNode resultOf(JsonNode message) {
      boolean isText = message.path("content").isTextual() && message.path("tool_calls").isEmpty();
      return isText ? TextNode.valueOf(message.path("content").textValue()) : message;
    }
  }

  private static Ended rejected(int status, String text) {
    var message =
        "the engine answered "
            + status
            + ": "
            + firstLine(text)
            + (TOO_LONG.matcher(text).find() ? SHORTER : "");
    return switch (status) {
      case 429 -> failed(Code.RATE_LIMITED, message, true);
      case 404 -> failed(Code.MODEL_UNKNOWN, message, false);
      default ->
          status >= 500
              ? failed(Code.UNAVAILABLE, message, true)
              : failed(Code.EXECUTION_FAILED, message, false);
    };
  }

  private static StepError error(Reason reason, String detail, Optional<Duration> retryAfter) {
    var wait =
        retryAfter.map(Duration::toMillis).map(OptionalLong::of).orElse(OptionalLong.empty());
    return switch (reason) {
      case QUEUE_FULL -> new StepError(Code.RATE_LIMITED, detail, true, false, wait);
      case DRAINING -> new StepError(Code.UNAVAILABLE, detail, true, false, wait);
      case UNKNOWN_MODEL -> StepError.lasting(Code.MODEL_UNKNOWN, detail);
      case DEADLINE_EXCEEDED -> new StepError(Code.TIMEOUT, detail, true, true, wait);
      case CLIENT_GONE, PROGRAM_ENDED -> StepError.lasting(Code.CANCELLED, detail);
      case ENGINE_LOST -> new StepError(Code.CONNECTION_LOST, detail, true, true, wait);
      case ENGINE_INVALID -> StepError.lasting(Code.INVALID_RESULT, detail);
      case DUPLICATE_CALL, INTERNAL -> StepError.lasting(Code.INTERNAL_ERROR, detail);
    };
  }

  private static Ended failed(Code code, String message, boolean isTransient) {
    return new Failed(
        new StepError(code, message, isTransient, false, OptionalLong.empty()), Consumption.NONE);
  }

  private static String firstLine(String text) {
    return text.lines()
        .findFirst()
        .map(line -> line.substring(0, Math.min(200, line.length())))
        .orElse("");
  }

  private static final class StepCancelledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StepCancelledException() {
      super("the run does not need the step any more", null, false, false);
    }
  }
}
