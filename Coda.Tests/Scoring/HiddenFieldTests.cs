using System.Text.Json.Nodes;
using Coda.Classical.Variational;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Tests.Inference;

namespace Coda.Tests.Scoring;

/// <summary>States with fields that the truth does not have.</summary>
[TestClass]
public sealed class HiddenFieldTests
{
    private static readonly TwinExperiment Twin = new()
    {
        System = new Component("coupled-lorenz63"),
        Operator = new Component("site-selection", JsonNode.Parse("""{ "sites": [0, 1, 2] }""")!.AsObject()),
        StepLength = 0.05,
        StepCount = 60,
        TrajectoryCount = 2,
        SpinUpSteps = 300,
    };

    private static readonly Component Hidden = new("hidden-forcing", JsonNode.Parse("""{ "forced": ["x", "y"] }""")!.AsObject());

    [TestMethod]
    public void TheyAreNotScored()
    {
        var layout = DynamicalSystem.Catalog.Create(Hidden).Layout;
        var archive = Twin.Archive();
        var states = Twin.Truth().Select(block => block with { Spread = block.States.ToArray() }).ToList(); // as long as the truth's, but h1 and h2
        var scored = TruthScoring.Score(Off(states, [1, 1, 1, 50, 50]), Twin.Truth(), archive, new ScoreRequest { Layout = layout });
        var bare = TruthScoring.Score(
            Off(states, [1, 1, 1, 0, 0]).Select(block => block.Select([0, 1, 2])), Twin.Truth(), archive, new ScoreRequest { Layout = Of("x", "y", "z") });
        Assert.AreEqual(1, scored.First(r => r.Score == RootMeanSquareError.Name).Value, 1e-4);
        Assert.AreEqual(bare.First(r => r.Score == RootMeanSquareError.Name), scored.First(r => r.Score == RootMeanSquareError.Name));
        Assert.IsTrue(scored.Any(r => r.Score == Spread.Name));
        Assert.Contains("some of the truth's fields", Assert.ThrowsExactly<ArgumentException>(
            () => TruthScoring.Score(states, Twin.Truth(), archive, new ScoreRequest { Layout = Of("a", "b", "c", "d", "e") })).Message);
    }

    [TestMethod]
    public void TablesNoteALayoutBesideTheArchives()
    {
        var archive = Twin.Archive().Description;
        Assert.IsNull(TableNote.LayoutBeside(archive, archive.Layout));
        Assert.IsNull(TableNote.LayoutBeside(archive, Of("x", "y", "z")));
        Assert.IsNull(TableNote.LayoutBeside(archive, Of("a", "b", "c", "d", "e"))); // names of one's own for the same entries
        var layout = DynamicalSystem.Catalog.Create(Hidden).Layout;
        Assert.AreEqual(layout, TableNote.LayoutBeside(archive, layout));
    }

    [TestMethod]
    public void ASmootherStartsFromAFilterWhereAFieldIsNeverObserved()
    {
        var archive = Twin.Archive();
        var smoother = new IteratedExtendedSmoother(new AnalysisContext(archive), new() { ModelErrorVariance = 1e-4 });
        Assert.AreEqual(5, smoother.Analyze(archive).First().StateSize);
    }

    private static StateLayout Of(params string[] names) => StateLayout.Of(names);

    private static IEnumerable<StateBlock> Off(IEnumerable<StateBlock> states, float[] by) =>
        states.Select(block => block with { States = block.States.ToArray().Select((x, i) => x + by[i % by.Length]).ToArray() });
}
