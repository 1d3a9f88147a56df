using System.Text.Json;

namespace Coda.Benchmarks.Faults;

/// <summary>A process that runs the damaged files that its standard input names, so that one which takes it down takes nothing else.</summary>
internal static class FaultWorker
{
    /// <summary>The first argument of such a process.</summary>
    public const string Verb = "fault-worker";

    /// <summary>What a worker writes once a case is done.</summary>
    public const string Done = "done";

    /// <summary>How long a run may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Reads cases, a line each, and writes each result as a line of JSON, and a line when all of a case are there.</summary>
    /// <param name="folder">Holds the bed; runs take place beside it.</param>
    public static void Run(string folder)
    {
        using var bed = new FaultBed(Path.Combine(folder, "bed"));
        var runner = new FaultRunner(bed, new FaultSandbox(bed.Folder, Path.Combine(folder, $"run-{Environment.ProcessId}")), Limit);
        while (!runner.IsHung && Console.In.ReadLine() is { Length: > 0 } line)
        {
            foreach (var result in runner.Run(FaultCase.Parse(line)))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(result));
                Console.Out.Flush();
            }

            if (!runner.IsHung)
            {
                Console.Out.WriteLine(Done); // one that hangs gets no other case: its parent waits for its end
            }
        }

        Environment.Exit(0); // a run that hangs keeps threads
    }
}
