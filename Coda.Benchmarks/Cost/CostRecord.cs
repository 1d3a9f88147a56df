using System.Runtime.InteropServices;
using Coda.Data.Archives;
using Coda.Data.Time;
using Coda.Data.Twins;

namespace Coda.Benchmarks.Cost;

/// <summary>The record that everything is measured on: in memory, and as raw float32 for other programs.</summary>
internal sealed class CostRecord : IDisposable
{
    private CostRecord(string folder, MemoryArchive archive, IReadOnlyList<StateBlock> truth) => (Folder, Archive, Truth) = (folder, archive, truth);

    /// <summary>Where the raw files lie.</summary>
    public string Folder { get; }

    /// <summary>The observations.</summary>
    public MemoryArchive Archive { get; }

    /// <summary>The truth, for the scores.</summary>
    public IReadOnlyList<StateBlock> Truth { get; }

    /// <summary>The number of analyses.</summary>
    public long Count => Archive.Description.TrajectoryCount * Archive.Description.Steps.Count;

    /// <summary>Simulates and writes a record, and an ensemble of states of the same climatology to start from.</summary>
    /// <param name="folder">A new folder.</param>
    /// <param name="twin">What to simulate.</param>
    /// <param name="members">The size of the ensemble.</param>
    public static CostRecord Write(string folder, TwinExperiment twin, int members)
    {
        Directory.CreateDirectory(folder);
        var archive = new MemoryArchive(twin.Describe(), twin.Observations());
        var record = new CostRecord(folder, archive, [.. twin.Truth()]);
        var stretches = Enumerable.Range(0, twin.TrajectoryCount).Select(t => archive.ReadObservations(t, new StepRange(0, twin.StepCount))).ToList();
        record.Write("values", stretches.Select(s => s.Values));
        record.Write("mask", stretches.Select(s => s.Mask));
        record.Write("truth", record.Truth.Select(b => b.States.ToArray()));
        record.Write("start", (twin with { TrajectoryCount = members, StepCount = 1, Seed = twin.Seed + 1 }).Truth().Select(b => b.States.ToArray()));
        return record;
    }

    /// <summary>Writes analyses for other programs to compare with.</summary>
    /// <param name="analyses">The analyses of every step, in order.</param>
    public void WriteAnalyses(IEnumerable<StateBlock> analyses) => Write("analyses", analyses.Select(b => b.States.ToArray()));

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Write(string name, IEnumerable<float[]> parts)
    {
        using var file = File.Create(Path.Combine(Folder, name));
        foreach (var part in parts)
        {
            file.Write(MemoryMarshal.AsBytes<float>(part));
        }
    }
}
