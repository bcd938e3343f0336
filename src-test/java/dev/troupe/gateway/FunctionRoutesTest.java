package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.actor.FunctionActor;
import dev.troupe.actor.Functions;
import dev.troupe.program.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class FunctionRoutesTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Tenant TENANT = new Tenant("t");
  private static final String FINISH = "{\"id\": \"c\", \"result\": \"y\"}";

  private final PlayedFunctions functions = new PlayedFunctions();
  private final CompletableFuture<Done> gone = new CompletableFuture<>();
  private final CompletableFuture<Done> leaving = new CompletableFuture<>();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private CompletableFuture<HttpResponse> take() {
    return post("take", "?wait=7s", "");
  }

  private CompletableFuture<HttpResponse> post(String verb, String query, String body) {
    var bodies = new BodyReader(KIT.system(), Duration.ofSeconds(5), new BodyBudget(1 << 20));
    var headers = new HeaderView(List.of());
    var request =
        new Request(
            HttpRequest.POST("/v1/functions/f/" + verb + query).withEntity(body),
            headers,
            Trace.of(headers),
            TENANT,
            gone);
    return new FunctionRoutes(functions, bodies, leaving)
        .handle(request, List.of("f", verb))
        .orElseThrow()
        .toCompletableFuture();
  }

  private static FunctionActor.Taken call() {
    return new FunctionActor.Taken(
        Optional.of(new FunctionActor.Given("c", TextNode.valueOf("x"), Duration.ofSeconds(9))));
  }

  @Test
  void aWorkerThatWaitsIsGivenTheCall() {
    var answer = take();
    functions.taken.complete(call());

    assertThat(answer.join().status().intValue()).isEqualTo(200);
    assertThat(functions.patience).isEqualTo(Duration.ofSeconds(7));
    assertThat(functions.told).isEmpty();
  }

  @Test
  void theCallOfAWorkerThatHasGoneWhileItWaitedIsGivenBack() {
    var answer = take();
    gone.complete(Done.getInstance());

    functions.taken.complete(call());

    assertThat(answer.join().status().intValue()).isEqualTo(204);
    assertThat(functions.told).containsExactly(new FunctionActor.GiveBack("c"));
  }

  @Test
  void aWorkerWaitsNoLongerAtANodeThatLeavesAndTheCallThatWasItsIsGivenBack() {
    var answer = take();

    leaving.complete(Done.getInstance());

    assertThat(answer.join().status().intValue()).isEqualTo(204);
    functions.taken.complete(call());
    assertThat(functions.told).containsExactly(new FunctionActor.GiveBack("c"));
  }

  @Test
  void aWorkerMayWishToWaitForLongerThanItDoes() {
    post("take", "?wait=86400s", "");

    assertThat(functions.patience).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void aCallThatIsFinishedWithoutAResultHasNullForOne() {
    functions.found.complete(new FunctionActor.Found(true));
    var answer = post("finish", "", "{\"id\": \"c\"}");

    assertThat(answer.join().status().intValue()).isEqualTo(202);
    assertThat(functions.told).containsExactly(new FunctionActor.Finish("c", NullNode.instance));
  }

  @Test
  void anAnswerThatNobodyWaitsForIsRefused() {
    functions.found.complete(new FunctionActor.Found(false));

    assertThat(post("finish", "", FINISH).join().status().intValue()).isEqualTo(404);
    assertThat(functions.told).isEmpty();
  }

  @Test
  void anAnswerIsNotLostWhereItsFunctionDoesNotSayWhetherItIsOfUse() {
    functions.found.completeExceptionally(new TimeoutException("it moves"));

    assertThat(post("finish", "", FINISH).join().status().intValue()).isEqualTo(202);
    assertThat(functions.told)
        .containsExactly(new FunctionActor.Finish("c", TextNode.valueOf("y")));
  }

  @Test
  void aResultUnderAMisspeltKeyIsRefusedAndNotLost() {
    var answer = post("finish", "", "{\"id\": \"c\", \"output\": 1}");

    assertThat(answer.join().status().intValue()).isEqualTo(400);
    assertThat(functions.told).isEmpty();
  }

  /// One worker at a time asks; what else is told is noted.
  private static final class PlayedFunctions implements Functions {

    final CompletableFuture<FunctionActor.Taken> taken = new CompletableFuture<>();
    final CompletableFuture<FunctionActor.Found> found = new CompletableFuture<>();
    final List<FunctionActor.Command> told = new ArrayList<>();
    Duration patience = Duration.ZERO;

    @Override
    public void tell(Tenant tenant, String function, FunctionActor.Command command) {
      assertThat(tenant).isEqualTo(TENANT);
      assertThat(function).isEqualTo("f");
      told.add(command);
    }

    @Override
    public CompletionStage<FunctionActor.Taken> take(
        Tenant tenant, String function, Duration howLong) {
      patience = howLong;
      return taken;
    }

    @Override
    public CompletionStage<FunctionActor.Extended> extend(
        Tenant tenant, String function, String id) {
      throw new AssertionError("no worker has a call");
    }

    @Override
    public CompletionStage<FunctionActor.Found> find(Tenant tenant, String function, String id) {
      return found;
    }

    @Override
    public CompletionStage<FunctionActor.Described> describe(Tenant tenant, String function) {
      throw new AssertionError("nobody asks");
    }
  }
}
