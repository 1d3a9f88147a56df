using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Coda.Benchmarks.Faults;

/// <summary>A worker as its parent sees it: replaced when it died, and killed when it says nothing or takes too much memory.</summary>
/// <param name="folder">Holds the bed.</param>
internal sealed class FaultProcess(string folder) : IDisposable
{
    private const long LargestMemory = 4L << 30;
    private const int Poll = 100; // ms

    private static readonly TimeSpan Patience = FaultWorker.Limit + TimeSpan.FromSeconds(15);

    private readonly ConcurrentQueue<string> _errors = new();
    private BlockingCollection<string> _lines = [];
    private Process? _process;

    /// <summary>Runs a case.</summary>
    /// <param name="fault">The case.</param>
    public IReadOnlyList<FaultResult> Run(FaultCase fault)
    {
        var process = _process is { HasExited: false } ? _process : Start();
        _errors.Clear();
        process.StandardInput.WriteLine(fault.ToString());
        process.StandardInput.Flush();
        var results = new List<FaultResult>();
        var silent = Stopwatch.StartNew();
        while (true)
        {
            if (_lines.TryTake(out var line, Poll))
            {
                if (line == FaultWorker.Done)
                {
                    return results;
                }

                results.Add(JsonSerializer.Deserialize<FaultResult>(line)!);
                silent.Restart();
            }
            else if (Ended(process, silent.Elapsed) is { } reason)
            {
                // A worker that hangs says so itself before it ends.
                return results.Any(r => r.Verdict == FaultVerdict.Hang) ? results : [.. results, new(fault, "?", FaultVerdict.Crash, reason)];
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Stop();

    private string? Ended(Process process, TimeSpan silent)
    {
        if (process.HasExited)
        {
            return _lines.Count > 0 ? null : $"ended with {process.ExitCode}: {string.Join(' ', _errors.TakeLast(5))}";
        }

        var memory = Memory(process);
        if (memory < LargestMemory && silent < Patience)
        {
            return null;
        }

        Stop();
        return memory >= LargestMemory ? FormattableString.Invariant($"took {memory / 1e9:F1} GB") : $"said nothing for {silent.TotalSeconds:F0} s";
    }

    private static long Memory(Process process)
    {
        try
        {
            process.Refresh();
            return process.WorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0; // it ended since it was asked
        }
    }

    private void Stop()
    {
        if (_process is { HasExited: false } running)
        {
            running.Kill(entireProcessTree: true);
            running.WaitForExit();
        }

        _process?.Dispose();
        _process = null;
    }

    private Process Start()
    {
        Stop();
        _lines = [];
        var start = new ProcessStartInfo("dotnet", [typeof(FaultWorker).Assembly.Location, FaultWorker.Verb, folder])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var (process, lines) = (Process.Start(start)!, _lines);
        process.OutputDataReceived += (_, e) =>
        {
            if (e.Data is { } line)
            {
                lines.Add(line);
            }
        };
        process.ErrorDataReceived += (_, e) => _errors.Enqueue(e.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return _process = process;
    }
}
