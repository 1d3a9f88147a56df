using Coda.Data.Archives.Import;
using Coda.Data.Archives.Stored;
using Coda.Data.Coverage;
using Coda.Data.Feeds;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Workflows.Analyzing;

namespace Coda.Workflows.Following;

/// <summary>Observations that arrive, to be analyzed as they come.</summary>
/// <param name="Model">The trained model; it stays the caller's.</param>
/// <param name="Feed">Makes the feed, as <c>context => ObservationFeed.Catalog.Create(component, context)</c> does; it is disposed at the end.</param>
/// <param name="Output">The directory of the archive that the analyses are added to, and of <c>newest.json</c>.</param>
public sealed record FollowJob(OnnxModel Model, Func<FeedContext, ObservationFeed> Feed, string Output)
{
    /// <summary>What corrects the model on the way, a <see cref="Coda.Classical.Variational.CycledSmoother"/> with its options; nothing by default.</summary>
    public Component? Method { get; init; }

    /// <summary>When a step is analyzed.</summary>
    public StepClosing Close { get; init; }

    /// <summary>With <see cref="StepClosing.Next"/>: the time without a batch after which the newest steps are analyzed, too; never by default.</summary>
    public TimeSpan? Grace { get; init; }

    /// <summary>What to do with several values for one site at one step.</summary>
    public DuplicateRule Duplicates { get; init; }

    /// <summary>The date and time of step 0 where times are dates; by default that of the first batch's earliest observation.</summary>
    public string? TimeOrigin { get; init; }

    /// <summary>The most deviations of the model's climatology that an observation may lie from its site's mean; infinity for any.</summary>
    public double GrossCheck { get; init; } = PlausibleObservations.DefaultDeviations;

    /// <summary>The steps of a trajectory after which all that is analyzed becomes a part of the archive, at least 1.</summary>
    public int SealEvery { get; init; } = 1000;

    /// <summary>The most steps without observations between two with some, at least 0; a batch further ahead is refused.</summary>
    public int MostGap { get; init; } = 10_000;

    /// <summary>The step whose analysis, of every trajectory, ends it; none by default.</summary>
    public long? Until { get; init; }

    /// <summary>Whether it ends when all that the feed holds was read; the newest steps are analyzed then, too.</summary>
    public bool Once { get; init; }

    /// <summary>Bands for the analyses; none by default. They are of the model's nowcasts, its cycle or, where it is corrected on the way, of the method that
    /// does that, as <c>coda calibrate</c> makes them.</summary>
    public BandChoice? Bands { get; init; }

    /// <summary>The rate γ at which bands follow drifts, about .005 (<see cref="AdaptiveCoverage"/>); by default they are measured only.</summary>
    public double? Adapt { get; init; }

    /// <summary>Told of every <c>newest.json</c> once it is written, on the thread that follows.</summary>
    public Action<NewestAnalyses>? Published { get; init; }

    /// <summary>Where the analyses come from, in words, for the archive's description.</summary>
    public string Provenance { get; init; } = "";

    /// <summary>Starts the analysis, for tests that start many of one method.</summary>
    internal Func<StreamAnalysis>? Start { get; init; }

    /// <summary>Told what was just written, for tests that end it there: part, position, archive, newest.</summary>
    internal Action<string>? Wrote { get; init; }
}
