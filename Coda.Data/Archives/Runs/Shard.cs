using System.Globalization;

namespace Coda.Data.Archives.Runs;

/// <summary>One of several processes that share the parts of a run: it takes those whose place leaves the remainder Index on division by Count.</summary>
/// <param name="Index">Its number, from 0.</param>
/// <param name="Count">The number of processes.</param>
public sealed record Shard(int Index, int Count)
{
    /// <summary>One process for all parts.</summary>
    public static readonly Shard Whole = new(0, 1);

    // The first task of a Slurm array need not be 0.
    private const string SlurmIndex = "SLURM_ARRAY_TASK_ID";
    private const string SlurmFirst = "SLURM_ARRAY_TASK_MIN";
    private const string KubernetesIndex = "JOB_COMPLETION_INDEX";
    private const string Rank = "PMI_RANK";

    /// <summary>Reads INDEX/COUNT, or /COUNT with the index of a Slurm array's task, of a Kubernetes indexed Job, or of a rank that mpirun or srun
    /// started.</summary>
    /// <param name="text">The text, such as 3/16 or /16.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <exception cref="ArgumentException">No such text, an index out of range, or no index in the environment.</exception>
    public static Shard Parse(string text, Func<string, string?> environment)
    {
        if (text.Split('/') is not [var left, var right] || !Number(right, out var count) || count < 1)
        {
            throw new ArgumentException($"Shard: expected INDEX/COUNT, such as 3/16, or /COUNT in a Slurm array or a Kubernetes indexed Job, got '{text}'.");
        }

        var index = left.Length > 0
            ? (Number(left, out var given) ? given : throw new ArgumentException($"Shard: expected a number before the slash, got '{text}'."))
            : IndexFrom(environment);
        return index >= 0 && index < count
            ? new Shard(index, count)
            : throw new ArgumentException(FormattableString.Invariant($"Shard: expected an index in [0, {count}), got {index}. Shards are numbered from 0."));
    }

    /// <summary>Whether a part is this shard's to make.</summary>
    /// <param name="place">The part's place in the plan, from 0.</param>
    public bool Owns(int place) => place % Count == Index;

    /// <summary>Writes INDEX/COUNT.</summary>
    public override string ToString() => FormattableString.Invariant($"{Index}/{Count}");

    private static int IndexFrom(Func<string, string?> environment)
    {
        if (Variable(environment, SlurmIndex) is { } slurm)
        {
            return slurm - (Variable(environment, SlurmFirst) ?? 0);
        }

        return Variable(environment, KubernetesIndex) ?? Variable(environment, Rank) ?? throw new ArgumentException(
            $"Shard: expected {SlurmIndex}, {KubernetesIndex} or {Rank} in the environment, got none. "
                + "Outside a Slurm array, an indexed Job or ranks, give the index: INDEX/COUNT.");
    }

    private static int? Variable(Func<string, string?> environment, string name) => environment(name) switch
    {
        null or "" => null,
        var text when Number(text, out var value) => value,
        var text => throw new ArgumentException($"Shard: expected a number in {name}, got '{text}'."),
    };

    private static bool Number(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
