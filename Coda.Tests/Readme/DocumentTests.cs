using System.Text.RegularExpressions;
using Coda.Cli;

namespace Coda.Tests.Readme;

/// <summary>What every document of the repository keeps to.</summary>
[TestClass]
public sealed partial class DocumentTests
{
    private static IEnumerable<string> Documents =>
        Directory.EnumerateFiles(Repository.Root, "*.md").Concat(Directory.EnumerateFiles(
                Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateDirectories(Repository.Root, "Coda.*").Select(folder => Path.Combine(folder, "README.md")).Where(File.Exists));

    [TestMethod]
    public void EveryLinkLeadsSomewhere()
    {
        var links = Documents.SelectMany(file => Link().Matches(File.ReadAllText(file)).Select(m => (File: file, Target: m.Groups[1].Value)))
            .Where(l => !l.Target.Contains("://")).ToList();
        Assert.IsGreaterThan(10, links.Count);
        var broken = links.Where(l => !Path.Exists(Path.Combine(Path.GetDirectoryName(l.File)!, l.Target.Split('#')[0])));
        Assert.AreEqual("", string.Join('\n', broken.Select(l => $"{Path.GetRelativePath(Repository.Root, l.File)}: {l.Target}")));
    }

    [TestMethod]
    public void EveryCommandParses()
    {
        // Commands stand alone on a line, indented or fenced; a line that goes on with a backslash is one with the next.
        var lines = Documents.SelectMany(file => Command().Matches(File.ReadAllText(file).Replace("\\\n", " ", StringComparison.Ordinal))
            .Select(m => (File: file, Line: m.Groups[1].Value))).ToList();
        Assert.IsGreaterThan(60, lines.Count);
        var faults = from command in lines
                     let parsed = CodaCommandLine.Root().Parse(command.Line.Split(" #")[0].Trim())
                     where parsed.Errors.Count > 0
                     select $"{Path.GetRelativePath(Repository.Root, command.File)}: {command.Line.Trim()}: {string.Join("; ", parsed.Errors)}";
        Assert.AreEqual("", string.Join('\n', faults));
    }

    [GeneratedRegex(@"^ *(?:\./)?coda ([a-z][^\n]*--[^\n]*)$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
