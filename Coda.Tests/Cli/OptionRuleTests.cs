using System.CommandLine;
using Coda.Cli;
using Coda.Cli.Commands;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

[TestClass]
public sealed class OptionRuleTests
{
    public static IEnumerable<object[]> Places => CodaCommandLine.Commands().SelectMany(c => c.Rules.Select((_, place) => new object[] { c.Name, place }));

    [TestMethod]
    [DynamicData(nameof(Places))]
    public void WhatContradictsOrWouldBeIgnoredIsAUsageErrorThatNamesTheOption(string command, int place)
    {
        var (owner, line) = (Command(command), Broken(command, place));
        var rule = owner.Rules[place];
        var parsed = CodaCommandLine.Root().Parse(line);
        Assert.IsEmpty(parsed.Errors, string.Join(' ', line));
        Assert.IsTrue(Command(parsed).Rules[place].IsBroken(parsed), string.Join(' ', line));
        CommandRun.InProcess(line).Failed(ExitCodes.Usage, $"coda {command}: ", $"{rule.Option.Name}: expected {rule.Expected}, got ");
    }

    [TestMethod]
    public void ExamplesBreakNoRule()
    {
        foreach (var example in CodaCommandLine.Commands().SelectMany(c => c.Examples))
        {
            var parsed = CodaCommandLine.Root().Parse(example["coda ".Length..]);
            Assert.DoesNotContain(rule => rule.IsBroken(parsed), Command(parsed).Rules, example);
        }
    }

    [TestMethod]
    public void RulesAreAboutOptionsOfTheirCommand()
    {
        foreach (var command in CodaCommandLine.Commands())
        {
            CollectionAssert.IsSubsetOf(command.Rules.Select(r => r.Option).Distinct().ToArray(), command.Options.ToArray(), command.Name);
        }
    }

    [TestMethod]
    public void ColumnsOfSitesTakeNoColumnOfSitesBeside()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllLines(folder.File("buoys.csv"), ["time,buoy,prey,predator", "0,a,1,2", "0,b,3,4"]);
        CommandRun.InProcess(
                "import", folder.File("buoys.csv"), "--step-length", "1", "--site", "buoy", "--site-columns", "prey", "predator", "--combine", "mean",
                "--output", folder.File("out"))
            .Failed(ExitCodes.Usage, "--site: expected none beside --site-columns");
        Assert.IsFalse(Directory.Exists(folder.File("out")));
    }

    [TestMethod]
    public void AModelThatTheMethodWouldIgnoreIsRefused()
    {
        using var folder = new TemporaryDirectory();
        Directory.CreateDirectory(folder.File("model"));
        Coda.Tests.Inference.ExampleModels.Write(folder.File("model"));
        CommandRun.InProcess(Tiny.Simulate(folder.File("archive"), 1, 40, "--set", "system.size=8", "--withhold", "0.1")).Succeeded();
        foreach (var method in new[] { "climatology", "etkf", "three-dvar" })
        {
            // A method that forecasts takes the model, unless a system is named.
            string[] settings = method == "climatology" ? [] : ["--set", """system={"name":"lorenz96","options":{"size":8}}"""];
            CommandRun.InProcess(["analyze", "--archive", folder.File("archive"), "--model", folder.File("model"), "--method", method, .. settings])
                .Failed(ExitCodes.Usage, $"--model: expected none with method '{method}'");
        }
    }

    private static string[] Broken(string command, int place)
    {
        var owner = Command(command);
        string[] example = owner.Rules[place].Example.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var required = owner.Options.Where(o => o.Required && !example.Contains(o.Name)).SelectMany(o => new[] { o.Name, "2" });
        string[] line = [command, .. required, .. example];
        // What the command takes without a name stands first, and only where the example has none.
        return CodaCommandLine.Root().Parse(line).Errors.Count == 0 ? line : [command, "name", .. required, .. example];
    }

    private static CodaCommand Command(string name) => CodaCommandLine.Commands().Single(c => c.Name == name);

    // The parser's own: options are compared by reference.
    private static CodaCommand Command(ParseResult parsed) => (CodaCommand)parsed.CommandResult.Command;
}
