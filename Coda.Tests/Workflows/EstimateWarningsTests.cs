using System.Text.Json.Nodes;
using Coda.Classical.Tuning;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Tests.Classical.Tuning;
using Coda.Tests.Inference;
using Coda.Workflows.Estimating;

namespace Coda.Tests.Workflows;

/// <summary>What estimates say against themselves.</summary>
[TestClass]
public sealed class EstimateWarningsTests
{
    private static readonly TwinExperiment Hares = RecordFitTests.Hares with { StepCount = 60, TrajectoryCount = 2 };

    [TestMethod]
    public void AParameterOutOfItsRangeIsSaid()
    {
        var warnings = new ResultWarnings();
        EstimateWarnings.AddOutOfRange(
            warnings, [new("F", 8, 31, 0.2, 0.1), new("a", 1, 2, 0.1, 0.1), new("b", 1, -0.5, 0.1, 0.1)],
            [new("a", 1, 0, 2), new("b", 1, 0), new ParameterDefinition("F", 8, 0, 30)]);
        CollectionAssert.AreEqual(
            new[] { "Parameter F: expected a value in [0, 30]", "Parameter b: expected a value in [0, Infinity]" },
            warnings.All.Select(w => w.Message[..w.Message.IndexOf(',', w.Message.IndexOf(',', StringComparison.Ordinal) + 1)]).ToArray());
        Assert.AreEqual("parameter-out-of-range", warnings.All[0].Kind);
        Assert.Contains("got 31 ± 0.2.", warnings.All[0].Message);
    }

    [TestMethod]
    public void ASizeOfErrorsThatDoesNotComeToRestIsSaid()
    {
        var archive = WithoutSigma(Hares.Archive());
        var progress = new RecordingProgress();
        var settled = FitWorkflow.Run(new(archive, Hares.System) { Options = new() { StartCount = 1 } }, progress);
        Assert.IsTrue(settled is { HasSigmaSettled: true, IsSigmaEstimated: true });
        Assert.IsEmpty(progress.Warnings.All.Where(w => w.Kind == "unsettled-sigma"));

        var result = FitWorkflow.Run(new(archive, Hares.System) { Options = new() { StartCount = 1, SigmaPasses = 1 } }, progress);
        Assert.IsFalse(result.HasSigmaSettled);
        Assert.Contains("got 1 that did not", progress.Warnings.All.Single(w => w.Kind == "unsettled-sigma").Message);
    }

    [TestMethod]
    public void ErrorsThatOnlySomeTrajectoriesKnowAreRefused()
    {
        var fault = Assert.ThrowsExactly<InvalidDataException>(
            () => FitWorkflow.Run(new(new Mixed(WithoutSigma(Hares.Archive())), Hares.System), new RecordingProgress()));
        Assert.Contains("got trajectories 0 and 1, of which one has them. Give one for all with --sigma", fault.Message);
    }

    private static MemoryArchive WithoutSigma(IObservationArchive archive) =>
        new(archive.Description with { Sigma = null }, archive.ReadStretches((int)Hares.StepCount, 0));

    /// <summary>The second trajectory knows its errors, the first does not.</summary>
    private sealed class Mixed(IObservationArchive archive) : IObservationArchive
    {
        public ArchiveDescription Description => archive.Description;

        public IEnumerable<StateBlock> ReadForcing(int trajectory) => archive.ReadForcing(trajectory);

        public ObservationStretch ReadObservations(int trajectory, StepRange steps, ObservationSubset which = ObservationSubset.Input)
        {
            var read = archive.ReadObservations(trajectory, steps, which);
            var stretch = new ObservationStretch(trajectory, steps, read.SiteCount) { Sigma = trajectory == 0 ? null : [.. read.Values.Select(_ => 0.1f)] };
            read.Values.CopyTo(stretch.Values, 0);
            read.Mask.CopyTo(stretch.Mask, 0);
            return stretch;
        }
    }
}
