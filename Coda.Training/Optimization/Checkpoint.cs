using System.Text.Json;
using Coda.Data.Foundation;

namespace Coda.Training.Optimization;

/// <summary>Everything that a resumed run needs to give the same bits as an uninterrupted one.</summary>
public sealed record Checkpoint
{
    private const string Cure = "Delete it to start anew.";

    /// <summary>The number of steps done.</summary>
    public required int Step { get; init; }

    /// <summary>The experiment and the archive it belongs to, and the reanalysis where its stage fits one, as text whose content must agree.</summary>
    public required string Identity { get; init; }

    /// <summary>The trained parameters with their moments.</summary>
    public required Dictionary<string, ScalarAdam.Moments> Parameters { get; init; }

    /// <summary>The loss on the held-out tenth at the last look.</summary>
    public double? Validation { get; init; }

    /// <summary>The least loss on the held-out tenth so far.</summary>
    public double? BestValidation { get; init; }

    /// <summary>The trained parameters at the best look.</summary>
    public Dictionary<string, double> BestParameters { get; init; } = [];

    /// <summary>The number of looks since the best one.</summary>
    public int LooksSinceBest { get; init; }

    /// <summary>The number of shares that batches were cut into, those of all threads on all ranks; <see langword="null"/> where an earlier version wrote
    /// it.</summary>
    public int? Shares { get; init; }

    /// <summary>How the run got here in other ways than at one go, in words, oldest first: runs of fewer steps, of longer rollouts, or of
    /// other shares, before it.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>Writes the checkpoint, whole or not at all.</summary>
    /// <param name="path">The file to replace.</param>
    /// <param name="arrays">Weights, averages and moments, by name.</param>
    public void Write(string path, IReadOnlyDictionary<string, float[]> arrays) =>
        TensorFile.Write(path, arrays, new Dictionary<string, string> { ["checkpoint"] = JsonSerializer.Serialize(this, CodaJson.Options) });

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is damaged, of another version, or holds numbers that are not finite.</exception>
    public static (Checkpoint Checkpoint, IReadOnlyDictionary<string, float[]> Arrays) Read(string path)
    {
        var (arrays, metadata) = TensorFile.Read(path);
        if (!metadata.TryGetValue("checkpoint", out var text))
        {
            throw new InvalidDataException($"{path}: expected a checkpoint of Coda, got a safetensors file without one. {Cure}");
        }

        var checkpoint = CodaJson.Parse<Checkpoint>(text, $"{path}: checkpoint", Cure);
        if (arrays.FirstOrDefault(a => a.Value.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue)) is { Key: { } name, Value: { } array })
        {
            var at = Array.FindIndex(array, entry => !float.IsFinite(entry));
            throw new InvalidDataException(
                FormattableString.Invariant($"{path}: {ForeignText.Shorten(name)}[{at}]: expected a finite number, got {array[at]}: the run diverged. {Cure}"));
        }

        return checkpoint.Step >= 0
            ? (checkpoint, arrays)
            : throw new InvalidDataException($"{path}: checkpoint: step: expected at least 0, got {checkpoint.Step}. {Cure}");
    }
}
