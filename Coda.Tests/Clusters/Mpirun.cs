using System.Diagnostics;
using Coda.Cli;
using Coda.Tests.Cli;

namespace Coda.Tests.Clusters;

/// <summary>Ranks that MPICH's launcher starts on this machine.</summary>
internal static class Mpirun
{
    private const string Program = "mpirun.mpich";

    /// <summary>The command line after which a command runs on so many ranks.</summary>
    public static string[] With(int count)
    {
        var found = Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, Program)));
        if (!found)
        {
            Assert.Inconclusive($"{Program} is not on the PATH (Debian: mpich). Run as root: apt-get install -y --no-install-recommends mpich libmpich12");
        }

        return [Program, "-n", $"{count}"];
    }

    /// <summary>Starts a command of Coda on ranks.</summary>
    public static Process Start(int count, string folder, string[] arguments, params (string Name, string Value)[] environment)
    {
        string[] line = [.. With(count), "dotnet", typeof(CodaCommandLine).Assembly.Location, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs it to its end.</summary>
    public static CommandRun Run(int count, string folder, params string[] arguments)
    {
        using var process = Start(count, folder, arguments);
        return CommandRun.Await(process);
    }

    /// <summary>The process of a rank of a run that writes into a folder; 0 where there is none.</summary>
    public static int IdOf(int rank, string output) => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
        .Where(name => name!.All(char.IsAsciiDigit)).Select(name => int.Parse(name!, System.Globalization.CultureInfo.InvariantCulture))
        .FirstOrDefault(id => Lines(id, "cmdline") is ["dotnet", ..] line && line.Contains(output) && Lines(id, "environ").Contains($"PMI_RANK={rank}"));

    private static string[] Lines(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}").Split('\0');
        }
        catch (IOException)
        {
            return []; // it has just ended
        }
    }
}
