using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Coda.Tests.Archives;
using Coda.Tests.Cli;

namespace Coda.Tests.Service;

/// <summary>The requests that docs/service.md shows get the replies that it shows; where curl is not installed the test is inconclusive.</summary>
[TestClass]
public sealed partial class DocumentedRequestTests
{
    private const string Address = "http://127.0.0.1:5055/";

    [TestMethod]
    public void EveryRequestGetsItsReply()
    {
        if (!File.Exists("/usr/bin/curl") || !File.Exists("/bin/bash"))
        {
            Assert.Inconclusive("curl and bash are not installed.");
        }

        using var folder = new TemporaryDirectory();
        using var run = new ServiceRun(CopyReleasedModel);
        var (requests, replies) = (0, 0);
        string? reply = null;
        var isFault = false;
        foreach (var block in Blocks(File.ReadAllText(Path.Combine(Repository.Root, "docs", "service.md"))))
        {
            if (block.StartsWith("./coda simulate", StringComparison.Ordinal) || block.StartsWith("./coda export", StringComparison.Ordinal))
            {
                CommandRun.AsProcess(folder.Path, block.Split(' ')[1..]).Succeeded();
            }
            else if (block.StartsWith("curl", StringComparison.Ordinal))
            {
                Assert.IsFalse(isFault, $"A request is refused, and the document does not show that: {reply}");
                reply = block.Contains("...", StringComparison.Ordinal) ? null : Bash(folder.Path, block.Replace(Address, $"{run.Client.BaseAddress}"));
                requests++;
                isFault = reply?.Contains("urn:coda:problem:", StringComparison.Ordinal) == true;
            }
            else if (reply is not null && block[0] == '{')
            {
                AssertShown(block, reply);
                (reply, replies, isFault) = (null, replies + 1, false);
            }
        }

        Assert.IsFalse(isFault, reply);
        Assert.IsTrue((requests, replies) is ( >= 6, >= 3), $"{requests} requests, {replies} replies");
        Assert.IsTrue(File.Exists(folder.File("out/analyses.parquet")));
    }

    // Up to what the document leaves out; numbers may differ in their last digits between processors.
    private static void AssertShown(string shown, string got)
    {
        var expected = Blanks().Replace(shown, "").Split("...")[0].TrimEnd(',');
        var (words, numbers) = Parts(expected);
        var (wordsGot, numbersGot) = Parts(Blanks().Replace(got, ""));
        Assert.StartsWith(words, wordsGot, $"{shown}\n{got}");
        for (var i = 0; i < numbers.Count; i++)
        {
            Assert.AreEqual(numbers[i], numbersGot[i], 1e-3, shown);
        }
    }

    private static (string Words, List<double> Numbers) Parts(string json) => (Number().Replace(json, "0"),
        [.. Number().Matches(json).Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture))]);

    // Indented lines that stand together.
    private static IEnumerable<string> Blocks(string document) =>
        Block().Matches(document).Select(m => string.Join('\n', m.Value.Split('\n').Select(line => line.Trim())).Trim()).Where(block => block.Length > 0);

    private static void CopyReleasedModel(string folder)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "models", "lorenz96")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }

    private static string Bash(string folder, string command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", command]) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, command);
        return output;
    }

    [GeneratedRegex(@"(?:^ {4}.*\n)+", RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")]
    private static partial Regex Number();
}
