using System.Text.RegularExpressions;
using Coda.Tests.Archives;
using Coda.Tests.Cli;

namespace Coda.Tests.Readme;

/// <summary>The worked examples in samples/: their commands run as they stand and print what their documents print.</summary>
[TestClass]
public sealed partial class SampleTests
{
    [TestMethod]
    [DoNotParallelize] // the current folder belongs to the whole process
    [DataRow("LynxAndHare", 16)]
    [DataRow("Influenza", 20)]
    [DataRow("Catchment", 16)]
    public void ItsCommandsPrintWhatItPrints(string sample, int least)
    {
        using var folder = new TemporaryDirectory();
        var source = Path.Combine(Repository.Root, "samples", sample);
        var data = Directory.CreateDirectory(Path.Combine(folder.Path, "samples", sample)).FullName;
        foreach (var file in Directory.GetFiles(source, "*.csv"))
        {
            File.Copy(file, Path.Combine(data, Path.GetFileName(file)));
        }

        if (Directory.Exists(Path.Combine(source, "bin")))
        {
            Directory.CreateSymbolicLink(Path.Combine(data, "bin"), Path.Combine(source, "bin")); // a plug-in, built with the solution
        }

        var (printed, compared) = (new HashSet<string>(), 0);
        foreach (var line in File.ReadAllLines(Path.Combine(source, "README.md")).Where(line => line.StartsWith("    ", StringComparison.Ordinal)))
        {
            if (line.StartsWith("    ./coda ", StringComparison.Ordinal))
            {
                var words = line[11..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                // A plug-in stays in the process that loads it.
                var run = words.Contains("--plugin") ? CommandRun.AsProcess(folder.Path, words) : CommandRun.InFolder(folder.Path, words);
                Assert.AreEqual(0, run.ExitCode, $"{line}\n{run.Output}{run.Error}");
                printed.UnionWith(run.Output.Split('\n').Select(Words));
            }
            else if (printed.Count > 0 && line.Trim().Length > 0)
            {
                // A document shows the first columns of a wide table.
                Assert.Contains(text => text.StartsWith(Words(line), StringComparison.Ordinal), printed, line);
                compared++;
            }
        }

        Assert.IsGreaterThanOrEqualTo(least, compared, "Outputs were no longer found.");
    }

    private static string Words(string line) => Blanks().Replace(line.Trim(), " ");

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
