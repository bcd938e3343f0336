package dev.troupe.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.troupe.engine.Credit;
import dev.troupe.engine.EngineSettings;
import dev.troupe.engine.LeaseBook;
import dev.troupe.engine.PrefixIndex;
import dev.troupe.program.PrefixChain;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

class EngineOffersTest {

  private final List<SchedulerActor.Command> told = new ArrayList<>();

  @Test
  void tellsALargeCacheInPartsThatTheClusterCarries() {
    var prefixes = new PrefixIndex(Long.MAX_VALUE);
    for (int chain = 0; chain < 500; chain++) {
      prefixes.touch(chain(chain, 100));
    }
    var offers = offers(prefixes);

    offers.enlist(Set.of("m"));
    offers.resident(prefixes.forgetAll());

    var parts = residents();
    assertThat(parts).allMatch(part -> part.gained().size() + part.lost().size() <= 10_000);
    assertThat(parts.stream().mapToInt(part -> part.gained().size()).sum()).isEqualTo(50_000);
    assertThat(parts.stream().mapToInt(part -> part.lost().size()).sum()).isEqualTo(50_000);
  }

  @Test
  void saysInOneMessageWhatAPromptBringsIntoACacheAndPushesOut() {
    // Each boundary weighs 10 tokens: there is room for ten.
    var prefixes = new PrefixIndex(100);
    prefixes.touch(chain(1, 10));
    var offers = offers(prefixes);
    offers.enlist(Set.of("m"));
    told.clear();

    offers.resident(prefixes.touch(chain(2, 3)));

    assertThat(residents()).hasSize(1);
    assertThat(residents().getFirst().gained()).containsExactlyInAnyOrder(2001L, 2002L, 2003L);
    assertThat(residents().getFirst().lost()).containsExactlyInAnyOrder(1010L, 1009L, 1008L);
  }

  @Test
  void anEngineOfSeveralModelsTellsEachHowFullItIsThoughItHasNothingNewToOffer() {
    var offers = offers(new PrefixIndex(100));
    offers.enlist(Set.of("m", "n"));
    offers.offerRoom(0, false, true);
    told.clear();

    offers.offerRoom(0, false, true);

    assertThat(told)
        .hasSize(2)
        .allSatisfy(each -> {
          var offer = (SchedulerActor.Offer) each;
          assertThat(offer.credit()).isEqualTo(Credit.NONE);
          assertThat(offer.load().isShared()).isTrue();
        });
  }

  @Test
  void anEngineOfOneModelTellsNothingWhileItHasNothingNewToOffer() {
    var offers = offers(new PrefixIndex(100));
    offers.enlist(Set.of("m"));
    offers.offerRoom(0, false, true);
    told.clear();

    offers.offerRoom(0, false, true);

    assertThat(told).isEmpty();
  }

  private List<SchedulerActor.Resident> residents() {
    return told.stream()
        .filter(SchedulerActor.Resident.class::isInstance)
        .map(SchedulerActor.Resident.class::cast)
        .toList();
  }

  private EngineOffers offers(PrefixIndex prefixes) {
    var endpoint = Samples.endpoint("e1");
    var settings = EngineSettings.of(ConfigFactory.defaultReference());
    return new EngineOffers(
        endpoint.id(),
        TestInbox.<EngineActor.Command>create().getRef(),
        (_, command) -> told.add(command),
        new LeaseBook<>(
            endpoint,
            "first",
            settings.window().newWindow(OptionalInt.of(4), OptionalLong.empty()),
            settings.leaseTime().toNanos()),
        prefixes);
  }

  private static PrefixChain chain(int number, int length) {
    var hashes = LongStream.range(0, length).map(at -> number * 1_000L + at + 1).toArray();
    var tokens = new int[length];
    for (int at = 0; at < length; at++) {
      tokens[at] = 10 * (at + 1);
    }
    return new PrefixChain(hashes, tokens);
  }
}
