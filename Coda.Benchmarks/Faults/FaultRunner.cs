namespace Coda.Benchmarks.Faults;

/// <summary>Runs damaged files through what reads them, in this process. Not safe for use from several threads.</summary>
/// <param name="bed">The intact files.</param>
/// <param name="sandbox">Where commands run.</param>
/// <param name="limit">How long each may take.</param>
internal sealed class FaultRunner(FaultBed bed, FaultSandbox sandbox, TimeSpan limit)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, ProbeResult> _intact = [];

    /// <summary>Whether a run went on after its time was over: nothing more can be run in this process.</summary>
    public bool IsHung { get; private set; }

    /// <summary>Damages a file and runs what reads it.</summary>
    /// <param name="fault">The damage.</param>
    /// <param name="probes">The names of the probes to run; all of the kind without one.</param>
    /// <returns>What came of it; nothing where the file has no place for the mutation.</returns>
    public IEnumerable<FaultResult> Run(FaultCase fault, params IReadOnlyList<string> probes)
    {
        var kind = FaultBed.Kind(fault.Kind);
        var intact = sandbox.Intact(kind.Path);
        var damaged = FaultMutations.Apply(kind, intact, fault);
        if (damaged is null ? fault.Mutation != FaultMutations.Delete : damaged.AsSpan().SequenceEqual(intact))
        {
            yield break;
        }

        foreach (var probe in (probes.Count > 0 ? probes : kind.Probes).Select(bed.Probe))
        {
            foreach (var result in IsHung ? [] : Run(fault, kind, (intact, damaged), probe))
            {
                yield return result;
            }
        }
    }

    private IEnumerable<FaultResult> Run(FaultCase fault, FaultKind kind, (byte[] Intact, byte[]? Damaged) files, IFaultProbe probe)
    {
        var intact = Intact(probe);
        var (run, seconds) = Timed(probe, sandbox.Reset(kind.Path, files.Damaged));
        if (run is null)
        {
            // Who asks for a record of years gets one, if it ends when told to.
            IsHung = seconds > limit;
            var isAskedFor = !kind.IsSealed && !IsHung;
            var detail = $"not done after {limit.TotalSeconds} s{(IsHung ? $", nor {Grace.TotalSeconds} s after it was cancelled" : "")}";
            yield return new(fault, probe.Name, isAskedFor ? FaultVerdict.OtherInput : FaultVerdict.Hang, detail);
            yield break;
        }

        foreach (var (verdict, detail) in FaultJudge.Judge(kind, fault.Mutation, files, probe, (intact, run)))
        {
            yield return new(fault, probe.Name, verdict, detail);
        }

        if (run.ExitCode is > 0 and < 5 && sandbox.Changed(kind.Path, files.Damaged, probe.Target) is { } lost)
        {
            yield return new(fault, probe.Name, FaultVerdict.FilesLost, lost);
        }
    }

    private ProbeResult Intact(IFaultProbe probe)
    {
        if (!_intact.TryGetValue(probe.Name, out var result))
        {
            result = probe.Run(sandbox.Reset("", null), CancellationToken.None);
            if (result.ExitCode != probe.IntactExitCode)
            {
                throw new InvalidOperationException(
                    $"{probe.Name}: expected exit code {probe.IntactExitCode} on intact files, got {result.ExitCode}. {result.Error}");
            }

            _intact[probe.Name] = result;
        }

        return result;
    }

    // A run that is cancelled has as long again to end as a person would wait.
    private (ProbeResult? Result, TimeSpan Seconds) Timed(IFaultProbe probe, string folder)
    {
        using var cancellation = new CancellationTokenSource();
        ProbeResult? result = null;
        Exception? fault = null;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var thread = new Thread(() =>
        {
            try
            {
                result = probe.Run(folder, cancellation.Token);
            }
            catch (Exception thrown)
            {
                fault = thrown;
            }
        })
        { IsBackground = true };
        thread.Start();
        if (thread.Join(limit))
        {
            return fault is null ? (result, watch.Elapsed) : throw new InvalidOperationException($"{probe.Name}: {fault.Message}", fault);
        }

        cancellation.Cancel();
        return (null, thread.Join(Grace) ? limit : watch.Elapsed + Grace);
    }
}
