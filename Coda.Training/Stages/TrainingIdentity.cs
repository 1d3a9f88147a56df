using System.Text.Json;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Training.Experiments;

namespace Coda.Training.Stages;

/// <summary>What a checkpoint belongs to; a run goes on from its own alone.</summary>
/// <param name="Experiment">The experiment of the run's stage.</param>
/// <param name="Archive">The training archive.</param>
internal sealed record TrainingIdentity(Experiment Experiment, ArchiveDescription Archive)
{
    /// <summary>The hash of the reanalysis, where the stage fits one.</summary>
    public string? Reanalysis { get; init; }

    /// <summary>Whether a checkpoint's text means this: members that it lacks, because they are younger, have their defaults, and descriptions in words do not
    /// count.</summary>
    /// <param name="text">What <see cref="ToString"/> gave, perhaps of an earlier version.</param>
    public bool IsThatOf(string text)
    {
        try
        {
            return CodaJson.Parse<TrainingIdentity>(text, "identity", "").WithoutWords() == WithoutWords();
        }
        catch (InvalidDataException)
        {
            return false; // members that this version does not know: of another one
        }
    }

    private string WithoutWords() => (this with { Experiment = Experiment with { Description = "" }, Archive = Archive with { Provenance = "" } }).ToString();

    /// <summary>The identity as text.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, CodaJson.Options);
}
