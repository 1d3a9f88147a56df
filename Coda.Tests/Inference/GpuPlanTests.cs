using Coda.Benchmarks.Devices;

namespace Coda.Tests.Inference;

/// <summary>The script that a GPU is proven with names all of its parts, whether they can run or not.</summary>
[TestClass]
public sealed class GpuPlanTests
{
    private static readonly GpuScope DryScope = new() { IsDry = true };

    [TestMethod]
    public void EverythingThatIsToBeProvenIsInThePlan() => CollectionAssert.AreEqual(
        new[]
        {
            "provider", "float32", "TF32", "float16", "CUDA graphs", "I/O binding", "PyTorch eager", "PyTorch compiled", "training float32",
            "training bfloat16", "PyTorch training", "demo",
        },
        GpuPlan.Steps.Select(step => step.Name).ToArray());

    [TestMethod]
    public void TheDryModeNamesEveryPartAndWhatRunsInItsPlace()
    {
        var (output, ran) = (new StringWriter(), new List<string>());
        GpuStep[] steps = [.. GpuPlan.Steps.Select(step => step with { Run = (scope, _) => ran.Add($"{step.Name} on {scope.Device}"), Lacks = Cheap(step) })];
        Assert.IsTrue(GpuBenchmark.Run(output, DryScope, steps), "what a CPU cannot try is no failure of the dry mode");
        foreach (var step in GpuPlan.Steps)
        {
            StringAssert.Contains(output.ToString(), $"] {step.Name}: {step.Measures}");
            StringAssert.Contains(output.ToString(), $"instead: {step.Instead}");
        }

        CollectionAssert.DoesNotContain(ran, "TF32 on cpu");
        CollectionAssert.Contains(ran, "float32 on cpu");
        StringAssert.Contains(output.ToString(), "Could not be tried: TF32, CUDA graphs");
        StringAssert.Contains(output.ToString(), "NOT TRIED: CUDA graphs are the card's own; run it without --dry on a machine with a card.");
    }

    [TestMethod]
    public void APartThatFailsOrCannotBeTriedIsNotProven()
    {
        var good = GpuPlan.Steps[0] with { Run = (_, _) => { } };
        var bad = good with { Name = "bad", Run = (_, _) => throw new InvalidDataException("too far off") };
        var missing = good with { Name = "missing", Lacks = _ => "no such program" };
        foreach (var isDry in new[] { false, true })
        {
            var (scope, output) = (new GpuScope { IsDry = isDry }, new StringWriter());
            Assert.IsTrue(GpuBenchmark.Run(output, scope, [good]));
            Assert.IsFalse(GpuBenchmark.Run(output, scope, [good, bad]));
            Assert.AreEqual(isDry, GpuBenchmark.Run(output, scope, [good, missing]), "only a dry run may leave parts out");
            StringAssert.Contains(output.ToString(), isDry ? "FAILED: too far off" : "NOT PROVEN: too far off");
            StringAssert.Contains(output.ToString(), "NOT TRIED: no such program.");
        }
    }

    [TestMethod]
    public void AnalysesOnTheCpuAreThoseOfTheCpu()
    {
        var (output, scope) = (new StringWriter(), DryScope with { ModelName = Path.Combine(Repository.Root, "models", "lorenz96-small") });
        GpuInference.Analyses(scope, output, GpuInference.Precision.Float16, usesGraph: false);
        GpuInference.Binding(scope, output);
        StringAssert.Contains(output.ToString(), "Float16");
        StringAssert.Contains(output.ToString(), "handed over");
    }

    // Whether there is a PyTorch is asked of Python, which takes seconds.
    private static Func<GpuScope, string?> Cheap(GpuStep step) => step.Name.StartsWith("PyTorch", StringComparison.Ordinal) ? _ => "no PyTorch" : step.Lacks;
}
