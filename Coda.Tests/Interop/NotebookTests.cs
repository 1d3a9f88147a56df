using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Coda.Tests.Archives;

namespace Coda.Tests.Interop;

/// <summary>The notebooks of samples/ run as they are; where Jupyter or its C# kernel is not installed the test is inconclusive.</summary>
[TestClass]
public sealed partial class NotebookTests
{
    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static IEnumerable<object[]> Notebooks =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples", "Notebooks"), "*.ipynb").Select(path => new object[] { Path.GetFileName(path) });

    [TestMethod]
    [DynamicData(nameof(Notebooks))]
    public void ANotebookRunsToItsEnd(string name)
    {
        if (OutsideProgram.Run(".", "jupyter", "kernelspec", "list") is not (0, var kernels) || !kernels.Contains(".net-csharp")
            || OutsideProgram.Run(".", "dotnet-interactive", "--version") is not (0, _))
        {
            Assert.Inconclusive("Jupyter's nbconvert and dotnet-interactive with its kernel are not installed; see samples/Notebooks.");
        }

        using var folder = new TemporaryDirectory();
        string[] arguments = ["nbconvert", "--to", "notebook", "--execute", "--output-dir", folder.File(""), name];
        var (code, text) = OutsideProgram.Run(Path.Combine(Repository.Root, "samples", "Notebooks"), "jupyter", arguments)!.Value;
        Assert.AreEqual(0, code, text);
        var cells = JsonNode.Parse(File.ReadAllText(folder.File(name)))!["cells"]!.AsArray();
        var shown = string.Concat(cells.SelectMany(c => c!["outputs"]?.AsArray() ?? []).Select(o => o!.ToJsonString(Unescaped)));
        Assert.IsGreaterThanOrEqualTo(3, Regex.Count(shown, "<figure"), "figures show themselves");
        var errors = Score().Matches(shown).Select(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).ToArray();
        Assert.HasCount(2, errors);
        Assert.IsTrue(errors[1] < errors[0] && errors[0] < 0.5, "the smoother is better than the filter, and both than the observations");
    }

    [GeneratedRegex(@"RMSE ([0-9.]+)")]
    private static partial Regex Score();
}
