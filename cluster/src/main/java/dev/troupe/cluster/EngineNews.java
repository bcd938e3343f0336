package dev.troupe.cluster;

import dev.troupe.actor.CatalogActor;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;

/// Brings what engines' actors say of themselves to the catalogs of all nodes. Safe for use by many
/// threads.
public final class EngineNews {

  private static final ServiceKey<CatalogActor.News> CATALOGS =
      ServiceKey.create(CatalogActor.News.class, "catalog");

  private final Set<ActorRef<CatalogActor.News>> catalogs = ConcurrentHashMap.newKeySet();

  private EngineNews(ActorRef<CatalogActor.News> own) {
    catalogs.add(own);
  }

  /// For a node that may hold engines' actors.
  ///
  /// @param catalog of this node, which hears of all engines from now on
  public static EngineNews start(ActorSystem<?> system, ActorRef<CatalogActor.Command> catalog) {
    ActorRef<CatalogActor.News> own = catalog.narrow();
    var news = new EngineNews(own);
    Peers.register(system, CATALOGS, own);
    Peers.follow(system, CATALOGS, own, news::tellFromNowOn);
    return news;
  }

  /// For a JVM that only makes calls.
  ///
  /// @param catalog hears of all engines from now on
  static void listen(ActorSystem<?> system, ActorRef<CatalogActor.Command> catalog) {
    Peers.register(system, CATALOGS, catalog.narrow());
  }

  /// Tells every catalog that is known; this node's in any case. Delivery is at most once.
  public void tell(CatalogActor.News news) {
    catalogs.forEach(catalog -> catalog.tell(news));
  }

  private void tellFromNowOn(Set<ActorRef<CatalogActor.News>> all) {
    catalogs.addAll(all);
    catalogs.retainAll(all);
  }
}
