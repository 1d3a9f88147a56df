using Coda.Data.Foundation;
using Coda.Training.Networks;

namespace Coda.Training.Optimization;

/// <summary>Whether a whole checkpoint holds what a run asks of it.</summary>
internal static class CheckpointContent
{
    private const string Cure = "Delete it to start anew.";

    /// <summary>Refuses a checkpoint without the parameters of the run.</summary>
    /// <param name="path">The checkpoint's file.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="trained">The names of the parameters that are trained.</param>
    /// <param name="all">The names of all of the simulator's.</param>
    /// <exception cref="InvalidDataException">A parameter is missing, or one too many.</exception>
    public static void Require(string path, Checkpoint checkpoint, IEnumerable<string> trained, IEnumerable<string> all)
    {
        Require("parameters", trained, checkpoint.Parameters.Keys);
        if (checkpoint.BestValidation is not null)
        {
            Require("bestParameters", all, checkpoint.BestParameters.Keys);
        }

        void Require(string member, IEnumerable<string> expected, IEnumerable<string> got)
        {
            if (!expected.Order(StringComparer.Ordinal).SequenceEqual(got.Order(StringComparer.Ordinal)))
            {
                throw new InvalidDataException($"{path}: checkpoint: {member}: expected those of {Names(expected)}, got {Names(got)}. {Cure}");
            }
        }

        static string Names(IEnumerable<string> names) => ForeignText.Shorten(string.Join(", ", names.DefaultIfEmpty("none")));
    }

    /// <summary>Refuses a group of arrays that is not a network's.</summary>
    /// <param name="path">The checkpoint's file.</param>
    /// <param name="group">What the arrays are, for messages.</param>
    /// <param name="arrays">The arrays, by name.</param>
    /// <param name="definitions">What the network has.</param>
    /// <exception cref="InvalidDataException">An array is missing or of another length.</exception>
    public static void Require(string path, string group, IReadOnlyDictionary<string, float[]> arrays, IReadOnlyList<WeightDefinition> definitions)
    {
        if (definitions.FirstOrDefault(d => arrays.GetValueOrDefault(d.Name)?.Length != d.Length) is { } other)
        {
            throw new InvalidDataException(
                $"{path}: {group}: expected {other.Length} weights '{other.Name}', got {arrays.GetValueOrDefault(other.Name)?.Length ?? 0}. {Cure}");
        }
    }

    /// <summary>Loads arrays, and names the file where they do not fit.</summary>
    /// <param name="path">The checkpoint's file.</param>
    /// <param name="load">Loads them.</param>
    /// <exception cref="InvalidDataException">An array is missing or of another length.</exception>
    public static void Load(string path, Action load)
    {
        try
        {
            load();
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException($"{path}: {fault.Message} {Cure}", fault);
        }
    }
}
