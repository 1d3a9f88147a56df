using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
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

    /// <summary>The hash of the model that the stage starts from, where that is no reanalysis's.</summary>
    public string? From { get; init; }

    /// <summary>The rollout length that was asked for, where the experiment's is a shorter one because rollouts of that length diverged.</summary>
    public int? ShortenedFrom { get; init; }

    /// <summary>That of a stage on states, from a model perhaps.</summary>
    /// <param name="experiment">The experiment of the run's stage.</param>
    /// <param name="archive">The training archive.</param>
    /// <param name="states">The states that it fits; <see langword="null"/> for none.</param>
    /// <param name="start">The model that it starts from; <see langword="null"/> for none.</param>
    public static TrainingIdentity Of(Experiment experiment, ArchiveDescription archive, Reanalysis? states, TrainedModel? start) =>
        new(experiment, archive) { Reanalysis = states?.Hash, From = start is null ? null : HashOf(start) };

    /// <summary>What tells a model that a stage starts from from others: a hash of its weights and parameters.</summary>
    /// <param name="model">The model.</param>
    public static string HashOf(TrainedModel model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, array) in model.Parts.SelectMany(part => part.Weights).OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(MemoryMarshal.AsBytes(array.AsSpan()));
        }

        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(new SortedDictionary<string, double>(model.Parameters.ToDictionary(), StringComparer.Ordinal)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Whether a checkpoint's text means this: members that it lacks, because they are younger, have their defaults, and descriptions in words do not
    /// count.</summary>
    /// <param name="text">What <see cref="ToString"/> gave, perhaps of an earlier version.</param>
    public bool IsThatOf(string text) => Parse(text)?.WithoutWords() == WithoutWords();

    /// <summary>The experiment of an earlier run that this one goes on with: another in its fewer steps only, or in the longer rollouts that
    /// diverged.</summary>
    /// <param name="text">What <see cref="ToString"/> gave, perhaps of an earlier version.</param>
    /// <returns><see langword="null"/> where it is none.</returns>
    public Experiment? EarlierOf(string text)
    {
        if (Parse(text) is not { Experiment: var earlier } other || earlier.Steps > Experiment.Steps
            || (earlier.RolloutLength != Experiment.RolloutLength && !(ShortenedFrom is not null && earlier.RolloutLength > Experiment.RolloutLength)))
        {
            return null;
        }

        var same = earlier with { Steps = Experiment.Steps, RolloutLength = Experiment.RolloutLength };
        if (earlier.Reanalysis is { } fit && Experiment.Reanalysis is { } fitNow)
        {
            same = same with { WarmUpSteps = Experiment.WarmUpSteps, Reanalysis = fit with { Steps = fitNow.Steps } };
        }

        return (other with { Experiment = same, ShortenedFrom = ShortenedFrom }).WithoutWords() == WithoutWords() ? earlier : null;
    }

    /// <summary>The identity of a text; <see langword="null"/> where it has members that this version does not know, and is of another one.</summary>
    /// <param name="text">What <see cref="ToString"/> gave, perhaps of an earlier version.</param>
    public static TrainingIdentity? Parse(string text)
    {
        try
        {
            return CodaJson.Parse<TrainingIdentity>(text, "identity", "");
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private string WithoutWords() => (this with { Experiment = Experiment with { Description = "" }, Archive = Archive with { Provenance = "" } }).ToString();

    /// <summary>The identity as text.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, CodaJson.Options);
}
