package dev.troupe;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaParameterizedType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.troupe.program.Remote;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Lock;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.junit.jupiter.api.Test;

/// The rules of `docs/architecture.md`, executed.
class ArchitectureTest {

  private static final String[] DECISIONS = {
    "dev.troupe.program..",
    "dev.troupe.schedule..",
    "dev.troupe.engine..",
    "dev.troupe.plan..",
    "dev.troupe.run..",
    "dev.troupe.simulation.."
  };

  private static final JavaClasses PRODUCTION =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("src-test"))
          .importPackages("dev.troupe");

  @Test
  void decisionsKnowNothingOfActorsMetricsOrLogs() {
    noClasses()
        .that()
        .resideInAnyPackage(DECISIONS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.pekko..",
            "kamon..",
            "org.slf4j..",
            "dev.troupe.actor..",
            "dev.troupe.metrics..")
        .check(PRODUCTION);
  }

  @Test
  void decisionsReadNoClockAndDrawNoRandomness() {
    noClasses()
        .that()
        .resideInAnyPackage(DECISIONS)
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(ThreadLocalRandom.class)
        .check(PRODUCTION);
  }

  @Test
  void theRuntimeKnowsNoHttpNoClusterAndNoConnector() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.troupe.program..",
            "dev.troupe.schedule..",
            "dev.troupe.engine..",
            "dev.troupe.plan..",
            "dev.troupe.run..",
            "dev.troupe.actor..",
            "dev.troupe.metrics..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.pekko.http..",
            "org.apache.pekko.cluster..",
            "dev.troupe.cluster..",
            "dev.troupe.connector..",
            "dev.troupe.embedded..",
            "dev.troupe.simulated..",
            "dev.troupe.gateway..",
            "dev.troupe.node..")
        .check(PRODUCTION);
  }

  @Test
  void theClusterAndTheConnectorsKnowNeitherEachOtherNorTheGateway() {
    noClasses()
        .that()
        .resideInAPackage("dev.troupe.cluster..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.troupe.connector..",
            "dev.troupe.embedded..",
            "dev.troupe.simulated..",
            "dev.troupe.gateway..",
            "dev.troupe.node..")
        .check(PRODUCTION);
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.troupe.connector..", "dev.troupe.embedded..", "dev.troupe.simulated..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.troupe.cluster..", "dev.troupe.gateway..", "dev.troupe.node..")
        .check(PRODUCTION);
  }

  @Test
  void onlyTheNodeSeesTheClusterAndTheConnectors() {
    noClasses()
        .that()
        .resideInAPackage("dev.troupe.gateway..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.troupe.cluster..",
            "dev.troupe.connector..",
            "dev.troupe.embedded..",
            "dev.troupe.simulated..",
            "dev.troupe.node..")
        .check(PRODUCTION);
  }

  @Test
  void theLaboratoryKnowsNoNodeAndNothingThatServes() {
    noClasses()
        .that()
        .resideInAPackage("dev.troupe.laboratory..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.pekko..",
            "dev.troupe.actor..",
            "dev.troupe.metrics..",
            "dev.troupe.cluster..",
            "dev.troupe.connector..",
            "dev.troupe.embedded..",
            "dev.troupe.simulated..",
            "dev.troupe.gateway..",
            "dev.troupe.node..")
        .check(PRODUCTION);
  }

  @Test
  void onlyMetricsAndTheNodeKnowKamon() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.troupe.metrics..", "dev.troupe.node..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("kamon..")
        .check(PRODUCTION);
  }

  @Test
  void onlySettingsAndTheNodeReadTheConfiguration() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.troupe.node..")
        .and()
        .haveSimpleNameNotEndingWith("Settings")
        .and()
        .haveSimpleNameNotEndingWith("SettingsReader")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("com.typesafe.config.Config")
        .check(PRODUCTION);
  }

  @Test
  void actorsHoldNoReassignableField() {
    fields()
        .that()
        .areDeclaredInClassesThat()
        .haveSimpleNameEndingWith("Actor")
        .should()
        .beFinal()
        .check(PRODUCTION);
  }

  /// Pekko would take one of its own classes for the one that logs, and of those a node logs
  /// warnings alone.
  @Test
  void whoLogsInAnActorHasNamedItsLogger() {
    classes().should(logInTheNameOfTheirActor()).check(PRODUCTION);
  }

  private static ArchCondition<JavaClass> logInTheNameOfTheirActor() {
    return new ArchCondition<>("log in the name of their actor") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean isNamed =
            Stream.concat(Stream.of(type), actors(type))
                .anyMatch(actor -> callsContext(actor, "setLoggerName"));
        if (callsContext(type, "getLog") && !isNamed) {
          events.add(SimpleConditionEvent.violated(type, type.getName() + " logs without a name"));
        }
      }
    };
  }

  private static boolean callsContext(JavaClass type, String method) {
    return type.getMethodCallsFromSelf().stream()
        .map(JavaMethodCall::getTarget)
        .anyMatch(target ->
            target.getOwner().isAssignableTo(ActorContext.class)
                && target.getName().equals(method));
  }

  /// The actors whose contexts a class keeps, or what the phases of an actor share.
  private static Stream<JavaClass> actors(JavaClass type) {
    return Stream.concat(Stream.of(type), type.getFields().stream().map(JavaField::getRawType))
        .flatMap(holder -> holder.getFields().stream())
        .map(JavaField::getType)
        .filter(JavaParameterizedType.class::isInstance)
        .map(JavaParameterizedType.class::cast)
        .filter(held -> held.toErasure().isEquivalentTo(ActorContext.class))
        .map(held -> held.getActualTypeArguments().getFirst().toErasure())
        .map(command -> command.getEnclosingClass().orElseThrow());
  }

  @Test
  void messagesBetweenNodesAreRecords() {
    classes()
        .that()
        .implement(Remote.class)
        .and()
        .areNotInterfaces()
        .should()
        .beRecords()
        .check(PRODUCTION);
  }

  @Test
  void nothingSharesStateByLocksOrVolatiles() {
    noFields().should().haveModifier(JavaModifier.VOLATILE).check(PRODUCTION);
    noClasses().should().dependOnClassesThat().areAssignableTo(Lock.class).check(PRODUCTION);
  }

  @Test
  void nothingIsNamedForWantOfAName() {
    noClasses()
        .should()
        .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Common|Misc|Abstract[A-Z].*)")
        .check(PRODUCTION);
  }

  @Test
  void packagesLieAtMostTwoBelowTheRoot() {
    classes().should(liveAtMostTwoBelowTheRoot()).check(PRODUCTION);
  }

  private static ArchCondition<JavaClass> liveAtMostTwoBelowTheRoot() {
    return new ArchCondition<>("live at most two packages below dev.troupe") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        int depth = type.getPackageName().split("\\.").length - 2;
        events.add(
            new SimpleConditionEvent(
                type, depth <= 2, type.getName() + " lies " + depth + " below the root"));
      }
    };
  }
}
