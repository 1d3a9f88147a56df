using System.Diagnostics;
using System.Text.Json;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Time;

namespace Coda.Benchmarks.Archives;

/// <summary>One thing done with one engine, some times over, in a process of its own so that its memory is its own.</summary>
internal static class EngineRun
{
    /// <summary>The first argument of such a process.</summary>
    public const string Verb = "engine-run";

    /// <summary>The number of windows that the task of windows reads.</summary>
    public const int WindowCount = 20;

    private const int Repetitions = 4; // the first of them compiles
    private const int OneTrajectory = 5;

    /// <summary>What is done, in the order in which it must be.</summary>
    public static IReadOnlyList<string> Tasks { get; } = ["write", "open", "scan", "trajectory", "window"];

    /// <summary>Does it and reports.</summary>
    /// <param name="arguments">Engine, table, task and the archive's folder.</param>
    public static void Run(string[] arguments)
    {
        var (engine, table, folder) = (Enum.Parse<ParquetEngine>(arguments[0]), Enum.Parse<ArchiveTable>(arguments[1]), arguments[3]);
        var action = TaskOf(arguments[2], engine, table, folder);
        var managed = 0L;
        using var sampling = new Timer(_ => managed = Math.Max(managed, GC.GetTotalMemory(forceFullCollection: false)), null, 0, 2);
        var best = Enumerable.Range(0, Repetitions).Min(_ => Seconds(action));
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(JsonSerializer.Serialize(new EngineFigures(best, managed, process.PeakWorkingSet64)));
    }

    /// <summary>Starts the process and waits for its figures.</summary>
    public static EngineFigures Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(EngineRun).Assembly.Location, Verb, .. arguments]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<EngineFigures>(text)!
            : throw new InvalidOperationException($"{string.Join(' ', arguments)}: {text}");
    }

    private static Action TaskOf(string task, ParquetEngine engine, ArchiveTable table, string folder)
    {
        if (task == "write")
        {
            var record = new EngineRecord();
            var written = ParquetArchive.Create(folder, EngineRecord.Description, engine);
            return table == ArchiveTable.Observations
                ? () => written.WriteObservations(record.Observations())
                : () => written.WriteStates(table, record.Blocks());
        }

        var archive = ParquetArchive.Open(folder, engine);
        return (task, table == ArchiveTable.Observations) switch
        {
            ("open", _) => () => ParquetArchive.Open(folder, engine).RowCount(table),
            ("scan", true) => () => Drain(archive.ReadStretches(1000, 50)),
            ("scan", false) => () => Drain(archive.ReadStates(table)),
            ("trajectory", true) => () => Drain(archive.ReadStretches(new RecordRange(OneTrajectory, 1, archive.Description.Steps), 1000, 50)),
            ("trajectory", false) => () => Drain(archive.ReadStates(table, OneTrajectory)),
            (_, true) => () => Repeat(() => archive.ReadObservations(OneTrajectory, Window(archive.Description.Steps))),
            (_, false) => () => Repeat(() => Drain(archive.ReadStates(table, OneTrajectory, Window(EngineRecord.States)))),
        };
    }

    private static StepRange Window(StepRange steps) => new(steps.Count / 2, (steps.Count / 2) + 101);

    private static void Repeat(Action action)
    {
        for (var i = 0; i < WindowCount; i++)
        {
            action();
        }
    }

    private static void Drain<T>(IEnumerable<T> items)
    {
        foreach (var item in items)
        {
            GC.KeepAlive(item);
        }
    }

    private static double Seconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }
}
