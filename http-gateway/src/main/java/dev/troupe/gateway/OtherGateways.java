package dev.troupe.gateway;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.apache.pekko.Done;

/// The other gateways of the cluster, as those see them that remember what this one has relayed.
///
/// Safe for use by many threads.
interface OtherGateways {

  /// Of a gateway that is alone.
  OtherGateways NONE =
      new OtherGateways() {
        @Override
        public boolean exist() {
          return false;
        }

        @Override
        public void tell(Note note) {}

        @Override
        public CompletionStage<Done> await(BooleanSupplier isTold) {
          return CompletableFuture.completedStage(Done.getInstance());
        }
      };

  boolean exist();

  /// Lets them remember what this gateway has. They will know it soon, unless it is lost on the way.
  void tell(Note note);

  /// Completes once they have told enough, or have had the time to.
  CompletionStage<Done> await(BooleanSupplier isTold);
}
