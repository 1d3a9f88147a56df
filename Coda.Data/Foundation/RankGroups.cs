using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Coda.Data.Foundation;

/// <summary>What ranks tell each other, in terms of what <see cref="IRankGroup"/> offers. Every rank calls the same, in the same order.</summary>
public static class RankGroups
{
    /// <summary>Hands numbers of every rank to all.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="own">This rank's numbers; how many may differ from rank to rank.</param>
    /// <typeparam name="T">Their type.</typeparam>
    /// <returns>Those of all ranks, by rank.</returns>
    public static T[][] GatherNumbers<T>(this IRankGroup ranks, ReadOnlySpan<T> own)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(ranks);
        return [.. ranks.Gather(MemoryMarshal.AsBytes(own)).Select(bytes => MemoryMarshal.Cast<byte, T>(bytes).ToArray())];
    }

    /// <summary>Hands values of every rank to all.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="own">This rank's values; how many may differ from rank to rank.</param>
    /// <typeparam name="T">Their type, which JSON holds without loss.</typeparam>
    /// <returns>Those of all ranks, by rank.</returns>
    public static IReadOnlyList<IReadOnlyList<T>> GatherValues<T>(this IRankGroup ranks, IReadOnlyList<T> own)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        return ranks.Size == 1
            ? [own]
            : [.. ranks.Gather(JsonSerializer.SerializeToUtf8Bytes(own, CodaJson.Options))
                .Select(bytes => JsonSerializer.Deserialize<T[]>(bytes, CodaJson.Options)!)];
    }

    /// <summary>Whether something holds on any rank.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="own">Whether it does on this one.</param>
    public static bool Any(this IRankGroup ranks, bool own)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        return ranks.Size == 1 ? own : ranks.Gather([(byte)(own ? 1 : 0)]).Any(bytes => bytes[0] != 0);
    }

    /// <summary>Waits until all ranks have come this far.</summary>
    /// <param name="ranks">The ranks.</param>
    public static void Meet(this IRankGroup ranks)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        _ = ranks.Gather([]);
    }

    /// <summary>Has rank 0 compute something, for which the others wait.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="compute">Computes it, perhaps from files and into files; must not ask for other ranks.</param>
    /// <typeparam name="T">What comes of it, which JSON holds without loss.</typeparam>
    /// <returns>The same on every rank.</returns>
    public static T OnFirst<T>(this IRankGroup ranks, Func<T> compute)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        ArgumentNullException.ThrowIfNull(compute);
        if (ranks.Size == 1)
        {
            return compute();
        }

        var own = ranks.Rank == 0 ? compute() : default;
        var told = ranks.Gather(ranks.Rank == 0 ? JsonSerializer.SerializeToUtf8Bytes(own, CodaJson.Options) : []);
        return ranks.Rank == 0 ? own! : JsonSerializer.Deserialize<T>(told[0], CodaJson.Options)!;
    }

    /// <summary>The threads that each rank may take so that none waits for a core that another has: its share of the cores that it may run on, the least
    /// of all ranks.</summary>
    /// <param name="ranks">The ranks.</param>
    public static int ThreadsOfEach(this IRankGroup ranks)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        if (ranks.Size == 1)
        {
            return Environment.ProcessorCount;
        }

        // Ranks that a launcher has bound to cores of their own do not share them.
        using var process = Process.GetCurrentProcess();
        var cores = OperatingSystem.IsLinux() || OperatingSystem.IsWindows()
            ? $"{Environment.MachineName} {process.ProcessorAffinity}" : Environment.MachineName;
        var sharing = ranks.Gather(Encoding.UTF8.GetBytes(cores)).Count(other => Encoding.UTF8.GetString(other) == cores);
        return ranks.GatherNumbers<int>([Math.Max(1, Environment.ProcessorCount / sharing)]).Min(own => own[0]);
    }

    /// <summary>Refuses to go on where ranks differ in what they must agree on.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="own">What this rank has, as text.</param>
    /// <param name="what">What it is, for the message, as in <c>the checkpoint</c>.</param>
    /// <param name="cure">What to do, a sentence.</param>
    /// <exception cref="InvalidDataException">They differ.</exception>
    public static void Agree(this IRankGroup ranks, string own, string what, string cure)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        if (ranks.Size == 1)
        {
            return;
        }

        var all = ranks.Gather(Encoding.UTF8.GetBytes(own)).Select(bytes => Encoding.UTF8.GetString(bytes)).ToList();
        if (all.FindIndex(other => other != all[0]) is > 0 and var rank)
        {
            throw new InvalidDataException(
                $"{what}: expected the same on all {ranks.Size} ranks, got '{all[0]}' on rank 0 and '{all[rank]}' on rank {rank}. {cure}");
        }
    }
}
