using Coda.Data.Twins;
using Coda.Tests.Archives;

namespace Coda.Tests.Readme;

/// <summary>What the README shows is what compiles and runs.</summary>
[TestClass]
public sealed class ReadmeTests
{
    [TestMethod]
    [DataRow("Readme", "LibraryExample.cs")]
    [DataRow("Pipelines", "ReadmePipeline.cs")]
    public void AnExampleIsTheOneThatCompiles(string folder, string file)
    {
        var source = File.ReadAllLines(Path.Combine(Repository.Root, "Coda.Tests", folder, file));
        var code = source.SkipWhile(l => !l.Contains("README begin")).Skip(1).TakeWhile(l => !l.Contains("README end")).Select(l => l.Length > 8 ? l[8..] : "");
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        StringAssert.Contains(readme, string.Join('\n', code));
        StringAssert.Contains(readme, string.Join('\n', source.TakeWhile(l => l.StartsWith("using ", StringComparison.Ordinal))), "what it uses");
    }

    [TestMethod]
    public void TheSimulatorExampleIsTheOneThatCompiles()
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, "Coda.Tests", "Readme", "Roessler.cs"));
        StringAssert.Contains(
            File.ReadAllText(Path.Combine(Repository.Root, "README.md")), source[source.IndexOf("/// <summary>", StringComparison.Ordinal)..].TrimEnd());
    }

    [TestMethod]
    public void TheForcingThatIsShownCompiles()
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, "Coda.Tests", "Additions", "ForcedLorenz96.cs"));
        var code = File.ReadAllText(Path.Combine(Repository.Root, "docs", "own-simulator.md")).Split("```")[1];
        StringAssert.Contains(source, code[(code.IndexOf('\n', StringComparison.Ordinal) + 1)..].TrimEnd());
    }

    [TestMethod]
    public void TheSimulatorExampleIsFoundByItsName()
    {
        var truth = new TwinExperiment { System = new("roessler"), StepCount = 200 }.Truth().Single();
        Assert.IsTrue(truth.States.ToArray().All(x => Math.Abs(x) < 100), "expected states on Rössler's attractor");
    }

    [TestMethod]
    public void TheLibraryExampleBeatsTheObservationsAndFindsTheForcing()
    {
        using var folder = new TemporaryDirectory();
        var (rmse, forcing) = LibraryExample.Run(folder.Path);
        Assert.IsLessThan(0.8, rmse, "expected analyses closer to the truth than the observations, whose errors are 1");
        Assert.AreEqual(8, forcing, 0.4, "from 6");
    }
}
