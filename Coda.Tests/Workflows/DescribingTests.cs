using Coda.Cli;
using Coda.Tests.Cli;
using Coda.Training.Experiments;
using Coda.Workflows.Describing;

namespace Coda.Tests.Workflows;

/// <summary>What entries of catalogues say of themselves.</summary>
[TestClass]
public sealed class DescribingTests
{
    [TestMethod]
    public void EveryEntryAndOptionSaysWhatItMeans()
    {
        var entries =
            CatalogKind.All.SelectMany(kind => kind.Catalog.Names.Where(name => IsOwn(kind.Catalog.TypeOf(name))).Select(name => EntryDescriber.Of(kind, name)))
            .Concat(NamedExperiment.All.Select(e => EntryDescriber.OfExperiment(e.Name))).ToList();
        Assert.IsGreaterThan(50, entries.Count);
        var silent = entries.Where(e => e.Summary.Length == 0).Select(e => e.Name)
            .Concat(entries.SelectMany(e => e.Options.Where(o => o.Meaning.Length == 0).Select(o => $"{e.Name}.{o.Name}")));
        Assert.AreEqual("", string.Join(", ", silent));
    }

    [TestMethod]
    public void AnOptionHasTypeDefaultRangeAndMeaning()
    {
        var system = EntryDescriber.Of(CatalogKind.All.Single(k => k.Name == "system"), "lorenz96");
        Assert.Contains("Lorenz (1996) one-level model on a ring", system.Summary);
        Assert.Contains("Predictability: a problem partly solved", system.Source);
        Assert.DoesNotContain("safe to share", system.Source);
        var size = system.Options.Single(o => o.Name == "size");
        Assert.AreEqual(("whole number", "40", "at least 4", "The number of sites K, at least 4."), (size.Type, $"{size.Default}", size.Range, size.Meaning));

        // Its own options first, then those of the base.
        var letkf = EntryDescriber.Of(CatalogKind.All.Single(k => k.Name == "method"), "letkf").Options;
        CollectionAssert.AreEqual(new[] { "spacing", "radius" }, letkf.Take(2).Select(o => o.Name).ToArray());
        Assert.AreEqual("model, observations, freeRun", letkf.Single(o => o.Name == "start").Range);
        Assert.AreEqual("at least 2", letkf.Single(o => o.Name == "members").Range);
    }

    [TestMethod]
    [DataRow("systems lorenz96", "at least 4", "Lorenz (1996) one-level model", "The number of sites K")]
    [DataRow("systems power-law", "The exponent")]
    [DataRow("methods etkf", "'coda tune' varies", "inflation", "The ensemble's size N")]
    [DataRow("experiments lorenz96", "The number of optimizer steps.", "4500", "time-channel:halfWidth=50,width=96")]
    public void ACommandShowsOneEntryWithItsMeaning(string line, params string[] said)
    {
        var output = string.Join(' ', CommandRun.InProcess(line.Split(' ')).Succeeded().Output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        foreach (var text in said)
        {
            Assert.Contains(text, output);
        }
    }

    [TestMethod]
    public void JsonHasTheMeaningsToo()
    {
        var entry = CommandRun.InProcess("systems", "lorenz96", "--json").Succeeded().Json;
        Assert.AreEqual(8.0, (double)entry["system"]!["lorenz96"]!["forcing"]!);
        Assert.AreEqual("at least 4", (string)entry["described"]![0]!["options"]![0]!["range"]!);
        Assert.Contains("size N", (string)CommandRun.InProcess("methods", "etkf", "--json").Succeeded().Json[0]!["described"]!["options"]!
            .AsArray().Single(o => (string)o!["name"]! == "members")!["meaning"]!);
        Assert.AreEqual(4500, (int)CommandRun.InProcess("experiments", "lorenz96", "--json").Succeeded().Json["experiment"]!["steps"]!);
        CommandRun.InProcess("experiments", "lorenz69").Failed(ExitCodes.Usage, "Did you mean 'lorenz63'?");
    }

    [TestMethod]
    public void AnAssemblyWithoutDocumentationIsAWarning()
    {
        using var text = new StringWriter();
        var terminal = new Terminal(text, text, isJson: false, TimeProvider.System);
        terminal.RequireDocumentation(typeof(Experiment).Assembly);
        Assert.IsEmpty(terminal.Warnings.All);
        terminal.RequireDocumentation(typeof(object).Assembly);
        Assert.Contains("expected System.Private.CoreLib.xml beside it", terminal.Warnings.All.Single().Message);
    }

    [TestMethod]
    public void TheReferenceIsWhatTheSourcesSay()
    {
        var expected = ReferenceDocument.Write(IsOwn);
        var path = Path.Combine(Repository.Root, "docs", "reference.md");
        Assert.IsTrue(File.Exists(path) && File.ReadAllText(path) == expected, "docs/reference.md is stale: run ./build.sh Reference, and commit it.");
    }

    private static bool IsOwn(Type type) => type.Assembly.GetName().Name is "Coda.Data" or "Coda.Training" or "Coda.Inference" or "Coda.Classical" or "Coda.Feeds";
}
