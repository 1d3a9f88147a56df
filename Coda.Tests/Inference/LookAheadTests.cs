using Coda.Classical.Variational;
using Coda.Classical.Variational.Stretches;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Tests.Inference;

/// <summary>An analysis sees no observation further ahead than its method says.</summary>
[TestClass]
public sealed class LookAheadTests
{
    private const int Step = 30;

    public static IEnumerable<object[]> Methods =>
        Coda.Inference.Assimilation.AssimilationMethod.Catalog.Names.Where(
            n => n is not ("network" or "polished" or "cycle" or "latent-three-dvar" or "latent-four-dvar" or "score-based-sampler"))
            .Select(n => new object[] { n });

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void AMethodSeesNoFurtherThanItSays(string name)
    {
        var archive = ExampleTwins.Lorenz96(steps: 60, trajectories: 1, fraction: 0.5).Archive();
        var method = Create(new Component(name, name == "particle-filter" ? new() { ["particles"] = 500 } : null), archive);
        if (method.LookAhead is { } ahead && Step + ahead < 60)
        {
            var request = new AnalysisRequest { Steps = new StepRange(Step, Step + 1) };
            CollectionAssert.AreEqual(method.Analyze(new PastArchive(archive, Step + ahead + 1), request).Values(), method.Analyze(archive, request).Values());
        }

        Assert.AreEqual(Math.Min(method.LookAhead ?? 59, 59), AnalysisNote.Of(method, archive.Description).LookAhead, "Nothing lies past the record.");
        Assert.AreEqual(method.LookAhead != 0, method.IsSmoother);
    }

    [TestMethod]
    public void ASmootherThatLooksBackSeesNothingPastItsStepNorDoesItsFirstGuess()
    {
        var archive = ExampleTwins.Lorenz96(steps: 60, trajectories: 1, fraction: 0.5).Archive();
        var method = Create(new Component("iterated-extended-smoother", new() { ["lookBack"] = 20 }), archive);
        Assert.AreEqual(0, method.LookAhead);
        var blocks = method.Analyze(archive, new AnalysisRequest { Every = 15 }).ToList();
        CollectionAssert.AreEqual(new[] { 0L, 15, 30, 45 }, blocks.Select(b => b.FirstStep).ToArray());
        foreach (var block in blocks)
        {
            Assert.AreEqual(1, block.Count);
            var alone = new AnalysisRequest { Steps = new StepRange(block.FirstStep, block.FirstStep + 1) };
            CollectionAssert.AreEqual(method.Analyze(new PastArchive(archive, block.FirstStep + 1), alone).Values(), block.States.ToArray());
        }
    }

    // The newest step of a record that ends there: what the smoother that looks ahead gives at a record's end.
    [TestMethod]
    public void LookingBackFromTheLastStepIsSmoothingTheRecord()
    {
        var archive = ExampleTwins.Lorenz96(steps: 60, trajectories: 1, fraction: 0.5).Archive();
        var last = new AnalysisRequest { Steps = new StepRange(59, 60) };
        CollectionAssert.AreEqual(
            Create(new Component("iterated-extended-smoother"), archive).Analyze(archive, last).Values(),
            Create(new Component("iterated-extended-smoother", new() { ["lookBack"] = 100 }), archive).Analyze(archive, last).Values());
    }

    // Of a record that is cut off for its sake, a first guess would say that it has a gap.
    [TestMethod]
    public void LookingBackTheFirstGuessJudgesTheRecordOnceAndAsItIs()
    {
        var archive = ExampleTwins.Lorenz96(steps: 60, trajectories: 1, fraction: 0.5).Archive();
        var guess = new Judge(Create(new Component("climatology"), archive));
        var smoother = new IteratedExtendedSmoother(new AnalysisContext(archive), new() { LookBack = 5, Passes = 1 }, guess);
        Assert.HasCount(3, smoother.Analyze(archive, new AnalysisRequest { Every = 20, Warnings = new ResultWarnings() }).ToList());
        CollectionAssert.AreEqual(new IObservationArchive[] { archive }, guess.Judged);
    }

    /// <summary>A method that keeps what it was to warn of.</summary>
    private sealed class Judge(AssimilationMethod method) : AssimilationMethod
    {
        public List<IObservationArchive> Judged { get; } = [];

        public override string Name => method.Name;

        public override Coda.Data.Dynamics.StateLayout Layout => method.Layout;

        public override int? LookAhead => method.LookAhead;

        public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null)
        {
            if (request?.Warnings is not null)
            {
                Judged.Add(archive);
            }

            return method.Analyze(archive, request);
        }
    }

    private static AssimilationMethod Create(Component method, IObservationArchive archive) =>
        Coda.Inference.Assimilation.AssimilationMethod.Catalog.Create(method, new AnalysisContext(archive));
}
