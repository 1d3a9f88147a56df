using System.Globalization;
using System.Text.RegularExpressions;
using Coda.Benchmarks.Stores;
using Coda.Tests.Archives;
using Coda.Tests.Cli;

namespace Coda.Tests.Readme;

/// <summary>The commands of the documents run as they stand, one after another, from an empty folder.</summary>
/// <remarks>Records, look-backs and trainings are shortened so that each takes a moment; with CODA_DOCUMENTS=whole nothing is (./build.sh Documents).</remarks>
[TestClass]
public sealed partial class DocumentRunTests
{
    private const int MostTrajectories = 2;
    private const int MostSteps = 160;
    private const int MostStepsOfTwoLevels = 520; // forecasts of 500 steps are scored

    // Of a training: a network of the smallest size, where the document says nothing of it.
    private static readonly string[] SmallTraining =
    [
        "network.halfWidth=5", "network.width=8", "network.blocks=1", "batchSize=8", "rolloutLength=10", "warmUpSteps=2", "validationInterval=5",
        "checkpointInterval=5",
    ];

    private static readonly bool IsWhole = Environment.GetEnvironmentVariable("CODA_DOCUMENTS") == "whole";

    // With the least number of commands that each has. In this process: in one of its own, a command takes longer to start than for most of what it does.
    [TestMethod]
    [DoNotParallelize] // the current folder belongs to the whole process
    [DataRow("docs/command-line.md", 20)]
    [DataRow("README.md", 13)]
    [DataRow("docs/rings.md", 9)]
    [DataRow("docs/results-out.md", 9)]
    [DataRow("Coda.Cli/README.md", 7)]
    [DataRow("docs/clusters.md", 7)]
    [DataRow("docs/own-simulator.md", 4)]
    [DataRow("docs/own-observations.md", 6)]
    [DataRow("docs/devices.md", 2)]
    [DataRow("docs/results.md", 16)]
    [DataRow("docs/gallery.md", 13)]
    [DataRow("docs/fields.md", 12)]
    [DataRow("docs/follow.md", 3)]
    [DataRow("docs/impact.md", 4)]
    [DataRow("docs/differences.md", 6)]
    [DataRow("docs/proofs.md", 4)]
    [DataRow("docs/learned/trajectory-parameters.md", 3)]
    public void EveryCommandRunsAsItStands(string document, int least)
    {
        using var folder = new TemporaryDirectory();
        using var records = new LoopbackS3("records"); // where s3://records is
        GivenFiles.Write(folder.Path);
        var commands = Commands(document);
        Assert.IsGreaterThanOrEqualTo(least, commands.Count, "Commands were no longer found.");
        foreach (var command in GivenFiles.CommandsBefore(document).Concat(commands))
        {
            var run = Run(folder.Path, Words(IsWhole ? command : Shortened(command)));
            Assert.AreEqual(0, run.ExitCode, $"coda {command}\n{run.Output}{run.Error}");
        }
    }

    // A bound on memory is the whole process's, which has the tests' in this one.
    private static CommandRun Run(string folder, string[] words) =>
        words.Contains("--memory") ? CommandRun.AsProcess(folder, words) : CommandRun.InFolder(folder, words);

    private static List<string> Commands(string document) =>
    [
        .. Command().Matches(File.ReadAllText(Path.Combine(Repository.Root, document)).Replace("\\\n", " ", StringComparison.Ordinal))
            .Select(match => match.Groups[1].Value.Split(" #")[0].Trim()
                .Replace("--model models/", "--model ", StringComparison.Ordinal))
            .Select(command => document == "docs/results.md" ? WithReleasedModels(command) : command)
            .Where(command => IsRun(document, command)),
    ];

    // In the place of those that trainings of hours made.
    private static string WithReleasedModels(string command) => command
        .Replace("--model out/two-level-model", "--model lorenz96-two-level", StringComparison.Ordinal)
        .Replace("--model model", "--model lorenz96", StringComparison.Ordinal);

    // A service or what follows a feed runs until it is stopped, and has tests of its own; results come from long trainings and studies, and name methods with an ellipsis.
    private static bool IsRun(string document, string command) => command.Split(' ')[0] is not ("serve" or "watch")
        && (!command.StartsWith("follow", StringComparison.Ordinal) || command.Contains("--once", StringComparison.Ordinal))
        && (document != "docs/results.md" || !(command.EndsWith("...", StringComparison.Ordinal) || command.Split(' ')[0] is "study" or "train"));

    private static string[] Words(string command) => [.. Word().Matches(command).Select(match => match.Value.Replace("\"", "", StringComparison.Ordinal))];

    private static string Shortened(string command)
    {
        if (command == "demo")
        {
            return "demo --quick --output out/demo";
        }

        // What five steps of training make is no first guess for a polish.
        var shorter = command.Contains("--polish", StringComparison.Ordinal) || command.StartsWith("compare", StringComparison.Ordinal)
            || command.StartsWith("estimate", StringComparison.Ordinal)
                ? command.Replace("--model out/model", "--model lorenz96", StringComparison.Ordinal) : command;
        shorter = Cheaper().Replace(shorter, match => $"{match.Value} {match.Groups[1].Value switch
        {
            "compare" => shorter.Contains("--methods", StringComparison.Ordinal) ? "" : "--methods network etkf three-dvar",
            "tune" => "--sweep inflation=1.02,1.05",
            "correction" => "--starts 50 --free-run 10",
            _ => shorter.Contains("--model", StringComparison.Ordinal) ? "" : "--starts 2",
        }} ");
        var mostSteps = command.Contains("two-level", StringComparison.Ordinal) ? MostStepsOfTwoLevels : MostSteps;
        shorter = Number("trajectories", MostTrajectories, shorter);
        shorter = Number("look-back|lag", 20, shorter);
        shorter = Number("margin", 20, shorter);
        shorter = Range().Replace(
            shorter, match => $"--steps {match.Groups[1].Value}..{Math.Min(mostSteps, int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))}");
        if (!command.StartsWith("train", StringComparison.Ordinal))
        {
            return Number("steps", mostSteps, shorter).Replace("system.size=4000", "system.size=800", StringComparison.Ordinal);
        }

        shorter = SecondStage().Replace(Number("steps", 5, shorter), "");
        var given = SmallTraining.Where(option => !shorter.Contains($" {option.Split('=')[0]}=", StringComparison.Ordinal)); // names are set once
        return $"{shorter}{(shorter.Contains("--steps", StringComparison.Ordinal) ? "" : " --steps 5")} --threads 1 --set {string.Join(' ', given)}";
    }

    private static string Number(string options, int most, string command) => Regex.Replace(
        command, $@"--({options}) (\d+)(?!\.)\b",
        match => $"--{match.Groups[1].Value} {Math.Min(most, int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))}");

    [GeneratedRegex(@"^ *(?:\./)?coda ([a-z][^\n]*)$", RegexOptions.Multiline)]
    private static partial Regex Command();

    // Commands that try many things, of which few do.
    [GeneratedRegex("^(compare|tune|correction|estimate)")]
    private static partial Regex Cheaper();

    [GeneratedRegex("""(?:"[^"]*"|[^\s"])+""")]
    private static partial Regex Word();

    [GeneratedRegex(@" --refine \d+| --set reanalysis\.steps=\d+")]
    private static partial Regex SecondStage();

    [GeneratedRegex(@"--steps (\d+)\.\.(\d+)")]
    private static partial Regex Range();
}
