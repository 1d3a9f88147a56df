using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Time;
using Coda.Inference.Forecasting;

namespace Coda.Tests.Inference;

[TestClass]
public sealed class ForecastPartsTests
{
    private static readonly ArchiveDescription Archive = ExampleTwins.Lorenz96(steps: 60, trajectories: 5).Describe();

    [TestMethod]
    public void TrajectoriesOfFewStartsShareAPart()
    {
        var parts = Parts([(0, 0, 60), (1, 0, 60), (2, 0, 60), (3, 0, 60), (4, 0, 60)], new ForecastRequest { Leads = [0, 5], StartEvery = 20 }, states: 12);
        Assert.AreEqual(
            "0: [0, 2) [0, 60) 12; 1: [2, 4) [0, 60) 12; 2: [4, 5) [0, 60) 6", Text(parts));
    }

    [TestMethod]
    public void TrajectoriesOfManyStartsAreCutBetweenThem()
    {
        var parts = Parts([(1, 0, 60)], new ForecastRequest { Leads = [0, 5], StartEvery = 10 }, states: 8);
        Assert.AreEqual("0: [1, 2) [0, 40) 8; 1: [1, 2) [40, 60) 4", Text(parts));
    }

    [TestMethod]
    public void OnlyAnalysesThatAreThereCount()
    {
        var request = new ForecastRequest { Leads = [1], StartEvery = 10 };
        var parts = Parts([(0, 15, 10), (0, 45, 15), (2, 3, 4), (3, 0, 60), (4, 0, 1)], request, states: 4);
        Assert.AreEqual("0: [0, 1) [0, 60) 2; 1: [3, 4) [0, 40) 4; 2: [3, 4) [40, 60) 2; 3: [4, 5) [0, 60) 1", Text(parts));
        var fault = Assert.ThrowsExactly<ArgumentException>(() => Parts([(2, 3, 4)], request, states: 4));
        StringAssert.Contains(fault.Message, "expected analyses at multiples of 10 steps");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Parts([(2, 3, 4)], request, states: 0));
    }

    [TestMethod]
    public void StartsOfARangeAreCountedFromItsFirst()
    {
        var request = new ForecastRequest { Leads = [1], StartEvery = 10, Starts = new StepRange(5, 40) };
        Assert.AreEqual("0: [0, 1) [5, 25) 2; 1: [0, 1) [25, 60) 2", Text(Parts([(0, 0, 60)], request, states: 2)));
    }

    [TestMethod]
    public void APartHoldsAtLeastAStart()
    {
        var parts = Parts([(0, 0, 30)], new ForecastRequest { Leads = [0, 1, 2, 3], StartEvery = 10 }, states: 2);
        Assert.AreEqual("0: [0, 1) [0, 10) 4; 1: [0, 1) [10, 20) 4; 2: [0, 1) [20, 60) 4", Text(parts));
    }

    private static IReadOnlyList<RunPart> Parts((int Trajectory, long First, int Count)[] analyses, ForecastRequest request, long states) =>
        [.. ForecastParts.Of(analyses.Select(a => new SelectedStates(a.Trajectory, a.First, a.Count, 0, null, null, 0)), Archive, request, 8, states)];

    private static string Text(IEnumerable<RunPart> parts) => string.Join("; ", parts.Select(p => FormattableString.Invariant(
        $"{p.Number}: [{p.Range.FirstTrajectory}, {p.Range.EndTrajectory}) {p.Range.Steps} {p.RowCount}")));
}
