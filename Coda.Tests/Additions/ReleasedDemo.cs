using Coda.Data.Twins;
using Coda.Workflows.Demonstrating;

namespace Coda.Tests.Additions;

/// <summary>A demo that trains nothing, with a model that is released; in full, with one that nobody has.</summary>
public sealed class ReleasedDemo : NamedDemo
{
    private static readonly TwinExperiment Twin = new() { TrajectoryCount = 2, StepCount = 60, SpinUpSteps = 300, Seed = 1 };

    public override string Name => "released";

    public override DemoSettings Full => Quick with { Released = "nobodys-model" };

    public override DemoSettings Quick => new()
    {
        Name = Name,
        Training = Twin,
        Test = Twin with { StepCount = 160, Seed = 2 },
        Released = "lorenz96-small",
        Margin = 5,
        Analyses = [DemoAnalysis.Of("network") with { NeedsModel = true }, DemoAnalysis.Of("climatology")],
        LookBack = 20,
        Leads = [0],
        StartEvery = 20,
    };
}
