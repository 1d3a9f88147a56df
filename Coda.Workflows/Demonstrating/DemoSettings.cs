using Coda.Classical.OptimalInterpolation;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Training.Experiments;

namespace Coda.Workflows.Demonstrating;

/// <summary>All that a demo's numbers depend on, as one value.</summary>
/// <remarks>The model is trained by <see cref="Experiment"/>, or taken from the released ones by <see cref="Released"/>; without either, the demo is of methods
/// that need none.</remarks>
public sealed record DemoSettings
{
    /// <summary>The name of the demo that is run where none is asked for.</summary>
    public const string Default = "lorenz96";

    /// <summary>The demo's name.</summary>
    public required string Name { get; init; }

    /// <summary>The fixed training record: observations only. Methods that need a climatology take it from here.</summary>
    public required TwinExperiment Training { get; init; }

    /// <summary>The test records, with their truth; another seed.</summary>
    public required TwinExperiment Test { get; init; }

    /// <summary>What is trained; <see langword="null"/> for nothing.</summary>
    public Experiment? Experiment { get; init; }

    /// <summary>The name of the released model that is taken where nothing is trained; <see langword="null"/> for none.</summary>
    public string? Released { get; init; }

    /// <summary>The trajectories of the training record from which the parameters are estimated once more; 0 leaves them as trained.</summary>
    public int RefineTrajectories { get; init; }

    /// <summary>The steps left out at each end of a test record.</summary>
    public required int Margin { get; init; }

    /// <summary>The analyses of the test records, at least one; the scores of the first go into the card of a model that was trained.</summary>
    public required IReadOnlyList<DemoAnalysis> Analyses { get; init; }

    /// <summary>The analyses that look back only, at the steps from which forecasts start.</summary>
    public IReadOnlyList<DemoAnalysis> Starts { get; init; } = [];

    /// <summary>The forecasts; the scores of the first go into the card of a model that was trained.</summary>
    public IReadOnlyList<DemoForecast> Forecasts { get; init; } = [];

    /// <summary>How far into the record the first forecast starts, in steps; what looks back has so many to see.</summary>
    public required int LookBack { get; init; }

    /// <summary>The leads of the forecasts, in steps.</summary>
    public required IReadOnlyList<int> Leads { get; init; }

    /// <summary>The steps between two forecasts' starts.</summary>
    public required int StartEvery { get; init; }

    /// <summary>The builds of Coda that made the files, so that no stage of another build is reused.</summary>
    public IReadOnlyList<Guid> Builds { get; init; } =
    [
        .. new[] { typeof(Experiment), typeof(TwinExperiment), typeof(AssimilationMethod), typeof(ClimatologyMethod), typeof(DemoSettings) }
            .Select(type => type.Module.ModuleVersionId),
    ];

    /// <summary>Whether there is a model, trained or released.</summary>
    internal bool HasModel => Experiment is not null || Released is not null;
}
