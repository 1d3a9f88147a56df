using Coda.Classical.Tuning;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;

namespace Coda.Workflows.Tuning;

/// <summary>A method whose options are to be chosen by withheld observations.</summary>
/// <param name="Archive">The observations, of which some are withheld; stays the caller's.</param>
/// <param name="Method">The method, with the options that stay fixed.</param>
public sealed record TuneJob(ParquetArchive Archive, Component Method)
{
    /// <summary>The values to try, every combination of them; by default those that the method names itself.</summary>
    public IReadOnlyList<OptionSweep>? Sweeps { get; init; }

    /// <summary>The trained model, for methods that need one; stays the caller's.</summary>
    public OnnxModel? Model { get; init; }

    /// <summary>The most robust deviations that an observation may lie from its site's median.</summary>
    public double GrossCheck { get; init; } = PlausibleObservations.DefaultDeviations;

    /// <summary>The number of steps left out at each end of the record, at least 0.</summary>
    public int Margin { get; init; }

    /// <summary>The ranks that divide the choices among themselves; all of them come to the same. Only rank 0 writes.</summary>
    public IRankGroup Ranks { get; init; } = OneRank.Instance;

    /// <summary>The number of workers, on each rank; 0 for one on each core that the rank has to itself.</summary>
    public int Workers { get; init; }

    /// <summary>The file for the best choice; <c>tuned/METHOD.json</c> by default.</summary>
    public string? Output { get; init; }

    /// <summary>What tuned the method, such as the command; kept in the file.</summary>
    public string Command { get; init; } = "";
}
