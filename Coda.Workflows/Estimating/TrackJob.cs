using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;

namespace Coda.Workflows.Estimating;

/// <summary>Parameters to follow through a record while it is assimilated.</summary>
/// <param name="Archive">The observations; it stays the caller's.</param>
/// <param name="Method">The method with its options, a <see cref="Coda.Classical.Variational.CycledSmoother"/> with parameters.</param>
public sealed record TrackJob(ParquetArchive Archive, Component Method)
{
    /// <summary>The trained model whose parameters and weights are corrected; it stays the caller's. None by default: those of a system.</summary>
    public OnnxModel? Model { get; init; }

    /// <summary>The directory of another archive for the analyses; none by default, and then they are not kept.</summary>
    public string? Output { get; init; }

    /// <summary>The Parquet file for the parameters of every window (<see cref="NumberTable"/>): columns trajectory, step, misfit, and for each parameter its
    /// name and the name with <c>.deviation</c>; none by default.</summary>
    public string? Series { get; init; }

    /// <summary>The number of the archive's first trajectories to take, at least 1; all by default.</summary>
    public int? Trajectories { get; init; }

    /// <summary>The most robust deviations that an observation may lie from its site's median.</summary>
    public double GrossCheck { get; init; } = PlausibleObservations.DefaultDeviations;

    /// <summary>The number of workers; 0 for one on each core.</summary>
    public int Workers { get; init; }

    /// <summary>Where the analyses come from, in words, for the description of another archive.</summary>
    public string Provenance { get; init; } = "";
}
