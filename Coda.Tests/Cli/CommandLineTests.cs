using System.CommandLine;
using Coda.Cli;
using Coda.Cli.Commands;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

[TestClass]
public sealed class CommandLineTests
{
    public static IEnumerable<object[]> CommandNames => All().Select(c => new object[] { c.Name });

    [TestMethod]
    public void EveryCommandThatWasPromisedIsThere() => CollectionAssert.AreEquivalent(
        new[] { "systems", "methods", "models", "simulate", "import", "export", "train", "tune", "calibrate", "watch", "analyze", "follow", "forecast", "score", "compare", "estimate",
            "correction", "track", "distance", "prove", "impact",
            "study", "report", "inspect", "demo", "archive", "serve", "quantize", "check", "experiments", "help", "version", "completion" },
        CommandRun.OwnCommands.Select(c => c.Name).ToArray());

    [TestMethod]
    [DynamicData(nameof(CommandNames))]
    public void HelpShowsExamplesAndExitCodes(string name)
    {
        var help = CommandRun.InProcess([.. name.Split(' '), "--help"]).Succeeded().Output;
        Assert.Contains("Examples:", help);
        Assert.Contains($"coda {name}", help);
        foreach (var (code, _, meaning) in ExitCodes.All)
        {
            Assert.Contains($"{code,3}  {meaning}", help);
        }
    }

    [TestMethod]
    [DynamicData(nameof(CommandNames))]
    public void EveryExampleParses(string name)
    {
        foreach (var example in Command(name).Examples)
        {
            Assert.StartsWith($"coda {name}", example);
            var parsed = CodaCommandLine.Root().Parse(example["coda ".Length..]);
            Assert.IsEmpty(parsed.Errors, example);
        }
    }

    [TestMethod]
    [DynamicData(nameof(CommandNames))]
    public void EveryOptionIsDescribed(string name)
    {
        foreach (var option in Command(name).Options)
        {
            Assert.IsFalse(string.IsNullOrWhiteSpace(option.Description), option.Name);
        }
    }

    [TestMethod]
    public void MethodsShowWhatOptionsOfFewValuesCanBe() =>
        Assert.AreEqual("automatic, dense, tiled, conjugateGradients", (string)CommandRun.InProcess("methods", "iterated-extended-smoother", "--json").Succeeded()
            .Json[0]!["described"]!["options"]!.AsArray().Single(option => (string)option!["name"]! == "solver")!["range"]!);

    [TestMethod]
    public void WithoutArgumentsTheHelpIsShown() => Assert.Contains("Commands:", CommandRun.InProcess().Succeeded().Output);

    [TestMethod]
    public void AMisspeltCommandIsAUsageErrorThatSuggestsTheNearest() =>
        CommandRun.InProcess("trian").Failed(ExitCodes.Usage, "Unknown command 'trian'", "Did you mean 'train'?");

    [TestMethod]
    public void AMisspeltOptionIsAUsageErrorThatSuggestsTheNearest() =>
        CommandRun.InProcess("train", "--archve", "x").Failed(ExitCodes.Usage, "Unknown option '--archve'", "Did you mean '--archive'?");

    [TestMethod]
    public void AMissingOptionIsAUsageError() => CommandRun.InProcess("score").Failed(ExitCodes.Usage, "--archive");

    [TestMethod]
    public void AnArgumentThatIsNoNumberIsAUsageError() =>
        CommandRun.InProcess("simulate", "--output", "x", "--steps", "many").Failed(ExitCodes.Usage, "many");

    [TestMethod]
    [DataRow("simulate --system lorens96 --output x", "Did you mean 'lorenz96'?")]
    [DataRow("simulate --system lorenz96 --set system.sice=8 --output x", "sice")]
    [DataRow("simulate --set observing-netwrk.fraction=0.5 --output x", "Did you mean 'observingNetwork'?")]
    [DataRow("systems netwrok", "Did you mean 'network'?")]
    public void AnUnknownNameSuggestsTheNearest(string line, string said) =>
        CommandRun.InProcess(line.Split(' ')).Failed(ExitCodes.Usage, said);

    [TestMethod]
    public void AnArchiveThatIsNotThereIsBadData()
    {
        using var folder = new TemporaryDirectory();
        foreach (var command in new[] { "train", "analyze --method climatology", "forecast --method persistence", "score" })
        {
            CommandRun.InProcess([.. command.Split(' '), "--archive", folder.File("none")]).Failed(ExitCodes.BadData, folder.File("none"));
        }

        CommandRun.InProcess("inspect", folder.File("none")).Failed(ExitCodes.BadData, "expected an archive");
    }

    [TestMethod]
    public void VerboseAddsWhereItHappened() =>
        Assert.Contains("   at ", CommandRun.InProcess("train", "--archive", "/nonexistent/archive", "--verbose").Error);

    [TestMethod]
    public void SystemsListsTheWholeCatalogue()
    {
        var json = CommandRun.InProcess("systems", "--json").Succeeded().Json;
        Assert.AreEqual(8.0, (double)json["system"]!["lorenz96"]!["forcing"]!);
        Assert.AreEqual(96, (int)json["network"]!["time-channel"]!["width"]!);
        Assert.IsNotNull(json["method"]!["space-time-optimal-interpolation"]);
        Assert.IsNotNull(json["experiment"]!["zinchenko-greenberg-2024-published"]);
        Assert.IsTrue(json["operator"]!["site-selection"]!.AsObject().ContainsKey("field"), "Options without a default are listed too.");
    }

    [TestMethod]
    public void SystemsShowsOneEntryByName()
    {
        var output = CommandRun.InProcess("systems", "lorenz63").Succeeded().Output;
        Assert.Contains("The Rayleigh number relative to its critical value", output);
        Assert.DoesNotContain("unet15", output);
    }

    private static CodaCommand Command(string name) => All().Single(c => c.Name == name).Command;

    private static IEnumerable<(string Name, CodaCommand Command)> All() => CodaCommandLine.Commands().SelectMany(
        c => c.Subcommands.Cast<CodaCommand>().Select(s => ($"{c.Name} {s.Name}", s)).Prepend((c.Name, c)));
}
