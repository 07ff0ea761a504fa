package io.github.jettykeepalive;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.jettykeepalive.testing.InBackground;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String ROOT = "io.github.jettykeepalive";
    private static final String ENFORCE = ROOT + ".enforce..";
    private static final String POLICY = ROOT + ".policy..";

    private static final JavaClasses CLASSES = ourClasses();

    private static JavaClasses ourClasses() {
        // Names tell all that is asked here; to read what others are made of takes seconds.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOT);
    }

    @Test
    void importsFlowOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("jmx")
                .definedBy(ROOT + ".jmx")
                .layer("root")
                .definedBy(ROOT)
                .layer("enforce")
                .definedBy(ENFORCE)
                .layer("policy")
                .definedBy(POLICY)
                .whereLayer("jmx")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("root")
                .mayOnlyBeAccessedByLayers("jmx")
                .whereLayer("enforce")
                .mayOnlyBeAccessedByLayers("root")
                .whereLayer("policy")
                .mayOnlyBeAccessedByLayers("jmx", "root", "enforce")
                .ensureAllClassesAreContainedInArchitectureIgnoring(ROOT + ".testing..")
                .check(CLASSES);
    }

    @Test
    void policyKnowsTheJdkAlone() {
        classes()
                .that()
                .resideInAPackage(POLICY)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(POLICY, "java..", "org.jspecify.annotations")
                .check(CLASSES);
    }

    @Test
    void policyIsGivenTheTimeAndHasNoThread() {
        noClasses()
                .that()
                .resideInAPackage(POLICY)
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(System.class.getName())
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName(Thread.class.getName())
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat()
                .haveSimpleName("Clock")
                .orShould()
                .dependOnClassesThat()
                .haveSimpleName("Instant")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent..", "java.util.random..")
                .orShould()
                .dependOnClassesThat()
                .haveSimpleName("Random")
                .check(CLASSES);
    }

    /** Jetty's module descriptor does not export them. */
    @Test
    void noPackageThatJettyKeepsToItselfIsUsed() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.jetty..internal..")
                .check(CLASSES);
    }

    /** It may have a single thread, and tests block: {@link InBackground}. */
    @Test
    void testsRunNothingOnThePoolOfEverybody() {
        JavaClasses tests = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                .importPackages(ROOT);
        noClasses()
                .should()
                .callMethod(CompletableFuture.class, "supplyAsync", Supplier.class)
                .orShould()
                .callMethod(CompletableFuture.class, "runAsync", Runnable.class)
                .check(tests);
    }
}
