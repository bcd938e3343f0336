package dev.troupe.management;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.directives.RouteAdapter;
import org.apache.pekko.http.scaladsl.model.Uri;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.management.cluster.bootstrap.ClusterBootstrap;
import org.apache.pekko.management.scaladsl.ManagementRouteProviderSettings;

/// Finds other nodes by Pekko's cluster bootstrap, which asks their management ports: each node tells
/// what cluster it is in, and those that are in none form one when enough of them have answered.
final class Bootstrap {

  /// Where nodes ask each other.
  static final String PATH = "/bootstrap/";

  private final ClusterBootstrap bootstrap;
  private final Function<HttpRequest, CompletionStage<HttpResponse>> routes;

  private Bootstrap(
      ClusterBootstrap bootstrap, Function<HttpRequest, CompletionStage<HttpResponse>> routes) {
    this.bootstrap = bootstrap;
    this.routes = routes;
  }

  /// @param host under which others find this node's management
  static Bootstrap of(ActorSystem<?> system, String host, int port) {
    var bootstrap = ClusterBootstrap.get(Adapter.toClassic(system));
    var self = Uri.apply("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
    var routes = bootstrap.routes(ManagementRouteProviderSettings.apply(self, true));
    return new Bootstrap(bootstrap, RouteAdapter.asJava(routes).handler(system));
  }

  /// Begins to look for others.
  void start() {
    bootstrap.start();
  }

  /// Tells another node what this one knows.
  CompletionStage<HttpResponse> handle(HttpRequest request) {
    try {
      return routes.apply(request);
    } catch (Exception failure) {
      return CompletableFuture.failedStage(failure);
    }
  }
}
