using System.Text.RegularExpressions;
using Coda.Training.Stages;

namespace Coda.Tests.Architecture;

/// <summary>Folders inside a project stand in one order; a file uses its own folder and those before it.</summary>
[TestClass]
public sealed partial class FolderOrderTests
{
    private static readonly Dictionary<string, string[]> Orders = new()
    {
        ["Coda.Data"] = ["Foundation", "Graphs", "Time", "Algebra", "Geometry", "Dynamics", "Observations", "Archives", "Twins", "Windows", "Scoring", "Cards", "Coverage", "Feeds"],
        ["Coda.Training"] = ["Natives", "Algebra", "Networks", "Losses", "Rollouts", "Experiments", "Optimization", "Stages", "Export"],
        ["Coda.Inference"] = ["Sessions", "Forecasting", "Assimilation", "Impact"],
        ["Coda.Classical"] = ["Numerics", "Observed", "Correlations", "OptimalInterpolation", "Ensemble", "Particles", "Variational", "Tuning"],
        ["Coda.Clusters"] = ["Launching", "Ranks"],
        ["Coda.Stores"] = ["S3"],
        ["Coda.Feeds"] = ["Nats"],
        ["Coda.Pipelines"] = ["Rows", "Functions", "Mapping", "Saving", ""],
        ["Coda.Workflows"] =
        [
            "Progress", "Inspecting", "Simulating", "Importing", "Exporting", "Analyzing", "Weighing", "Following", "Forecasting", "Scoring", "Tuning", "Calibrating", "Comparing", "Estimating",
            "Quantizing", "Training", "Proving", "Studying", "Describing", "Checking", "Demonstrating",
        ],
        ["Coda.Figures"] = ["Drawing", "Inputs", "Kinds", "Pages", ""],
        ["Coda.Reports"] = ["Gathering", "Sections", "Pages"],
        ["Coda.Service"] = ["Settings", "Problems", "Metrics", "Streams", "Batching", "Bodies", "Replies", "Pages", "Routes", "Hosting"],
    };

    [TestMethod]
    public void EveryFolderHasAPlaceInTheOrder() => SourceFile.None(
        from file in SourceFile.Libraries
        where !Orders[file.Project].Contains(Folder(file))
        select $"{file.Name}: expected a folder of {string.Join(", ", Orders[file.Project])}");

    [TestMethod]
    public void AFileUsesNoFolderAfterItsOwn() => SourceFile.None(
        from file in SourceFile.Libraries
        let order = Orders[file.Project]
        let own = Array.IndexOf(order, Folder(file))
        from used in Used(file)
        where Array.IndexOf(order, used) > own
        select $"{file.Name} uses {file.Project}.{used}");

    [TestMethod]
    public void TheReadingOfUsingsFindsThem()
    {
        // So that the test above cannot pass by reading nothing.
        var joint = SourceFile.Libraries.Single(file => file.Name == "Coda.Training/Stages/TrainingSetup.cs");
        CollectionAssert.IsSubsetOf(new[] { "Losses", "Networks", "Rollouts", "Experiments" }, Used(joint).ToArray());
    }

    [TestMethod]
    public void TheNamespaceIsTheFolder() => SourceFile.None(
        from file in SourceFile.All
        let declared = file.Lines.FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))
        let expected = $"namespace {string.Join('.', file.Folders.Prepend(file.Project))};"
        where declared is not null && declared != expected
        select $"{file.Name}: expected '{expected}', got '{declared}'");

    private static string Folder(SourceFile file) => file.Folders.FirstOrDefault() ?? "";

    private static IEnumerable<string> Used(SourceFile file) =>
        Qualified().Matches(file.Code).Where(m => m.Groups["project"].Value == file.Project).Select(m => m.Groups["folder"].Value).Distinct();

    [GeneratedRegex(@"\b(?<project>Coda\.\w+)\.(?<folder>\w+)")]
    private static partial Regex Qualified();
}
