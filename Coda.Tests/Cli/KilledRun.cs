using System.Diagnostics;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary>Commands that make a table part by part, killed on the way.</summary>
internal static class KilledRun
{
    /// <summary>Starts a command and kills it once some parts of a table are finished.</summary>
    /// <param name="folder">Where the archives lie.</param>
    /// <param name="output">The archive's name.</param>
    /// <param name="table">The table's folder.</param>
    /// <param name="parts">The least number of finished parts.</param>
    /// <param name="arguments">The command line.</param>
    public static void After(TemporaryDirectory folder, string output, string table, int parts, params string[] arguments)
    {
        using var process = CommandRun.Start(folder.Path, arguments);
        var (run, clock) = (folder.File(output, table, "run"), Stopwatch.StartNew());
        while (!Directory.Exists(run) || Directory.GetFiles(run, "part-*.json").Length < parts)
        {
            Assert.IsFalse(process.HasExited, "The command ended before it could be killed.");
            Assert.IsLessThan(60, clock.Elapsed.TotalSeconds, "The command did not get that far.");
            Thread.Sleep(1);
        }

        process.Kill();
        CommandRun.Await(process);
    }
}
