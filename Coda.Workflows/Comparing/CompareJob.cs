using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;

namespace Coda.Workflows.Comparing;

/// <summary>Methods to compare on one archive.</summary>
/// <param name="Archive">The observations, and the truth where there is one; stays the caller's.</param>
public sealed record CompareJob(ParquetArchive Archive)
{
    /// <summary>The methods with their options; by default every method that can read the archive.</summary>
    public IReadOnlyList<Component>? Methods { get; init; }

    /// <summary>The trained model, for methods that need one; stays the caller's.</summary>
    public OnnxModel? Model { get; init; }

    /// <summary>Where methods take their statistics from; the archive itself by default.</summary>
    public IObservationArchive? Reference { get; init; }

    /// <summary>The method, one of those compared, that the others are compared with pair by pair; the first by default.</summary>
    public Component? Versus { get; init; }

    /// <summary>The most robust deviations that an observation may lie from its site's median.</summary>
    public double GrossCheck { get; init; } = PlausibleObservations.DefaultDeviations;

    /// <summary>The number of steps left out at each end of the record, at least 0.</summary>
    public int Margin { get; init; }

    /// <summary>The number of workers, 0 for one on each core; one tells what a method costs.</summary>
    public int Workers { get; init; } = 1;
}
