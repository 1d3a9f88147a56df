using System.Text.RegularExpressions;
using System.Xml.Linq;
using Coda.Classical.OptimalInterpolation;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;
using Coda.Pipelines;
using Coda.Service.Hosting;
using Coda.Training.Optimization;

namespace Coda.Tests.Architecture;

/// <summary>Which project may look into which.</summary>
[TestClass]
public sealed class ProjectReferenceTests
{
    [TestMethod]
    [DataRow("Coda.Data", "")]
    [DataRow("Coda.Training", "Coda.Data")]
    [DataRow("Coda.Inference", "Coda.Data")]
    [DataRow("Coda.Classical", "Coda.Data Coda.Inference")]
    [DataRow("Coda.Clusters", "Coda.Data")]
    [DataRow("Coda.Stores", "Coda.Data")]
    [DataRow("Coda.Feeds", "Coda.Data")]
    [DataRow("Coda.Pipelines", "Coda.Data Coda.Inference")]
    [DataRow("Coda.Workflows", "Coda.Classical Coda.Data Coda.Inference Coda.Training")]
    [DataRow("Coda.Service", "Coda.Data Coda.Inference")]
    [DataRow("Coda.Figures", "Coda.Data")]
    [DataRow("Coda.Reports", "Coda.Data Coda.Figures Coda.Inference Coda.Workflows")]
    [DataRow("Coda.Cli", "Coda.Classical Coda.Clusters Coda.Data Coda.Feeds Coda.Inference Coda.Reports Coda.Service Coda.Stores Coda.Training Coda.Workflows")]
    public void AProjectSeesOnlyItsRooms(string project, string allowed)
    {
        var seen = References(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Split('/', '\\')[^1]));
        CollectionAssert.AreEquivalent(allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries), seen.ToArray());
    }

    [TestMethod]
    [DataRow("Coda.Data", "Torch|Microsoft\\.ML|Onnx|Spectre|CommandLine|prometheus|ScottPlot|Skia|^MPI|^NATS|AWSSDK")]
    [DataRow("Coda.Training", "Microsoft\\.ML|OnnxRuntime|DuckDB|Parquet|PureHDF|Protobuf|Grpc|Spectre|CommandLine|prometheus|MathNet|ScottPlot|Skia|^MPI|^NATS|AWSSDK")]
    [DataRow("Coda.Inference", "Torch|Microsoft\\.ML(?!\\.OnnxRuntime)|DuckDB|Parquet|PureHDF|Protobuf|Grpc|Spectre|CommandLine|prometheus|MathNet|ScottPlot|Skia|^MPI|^NATS|AWSSDK")]
    [DataRow("Coda.Classical", "Torch|Microsoft\\.ML|Onnx|DuckDB|Parquet|PureHDF|Protobuf|Grpc|Spectre|CommandLine|prometheus|ScottPlot|Skia|^MPI|^NATS|AWSSDK")]
    [DataRow("Coda.Clusters", "Torch|Microsoft\\.ML|Onnx|DuckDB|Parquet|PureHDF|Protobuf|Grpc|Spectre|CommandLine|AspNetCore|prometheus|MathNet|ScottPlot|Skia|^NATS|AWSSDK")]
    [DataRow("Coda.Feeds", "Torch|Microsoft\\.ML|Onnx|DuckDB|Parquet|PureHDF|Protobuf|Grpc|Spectre|CommandLine|AspNetCore|prometheus|MathNet|ScottPlot|Skia|^MPI|AWSSDK")]
    [DataRow("Coda.Stores", "Torch|Microsoft\\.ML|Onnx|DuckDB|Parquet|PureHDF|Protobuf|Grpc|Spectre|CommandLine|AspNetCore|prometheus|MathNet|ScottPlot|Skia|^MPI|^NATS")]
    [DataRow("Coda.Pipelines", "Torch|Onnx|DuckDB|Parquet|PureHDF|Protobuf|Grpc|Spectre|CommandLine|prometheus|MathNet|ScottPlot|Skia|^MPI|^NATS|AWSSDK")]
    [DataRow("Coda.Workflows", "Torch|Microsoft\\.ML|Onnx|DuckDB|Parquet|PureHDF|Protobuf|Grpc|Spectre|CommandLine|prometheus|MathNet|ScottPlot|Skia|^MPI|^NATS|AWSSDK")]
    [DataRow("Coda.Service", "Torch|Microsoft\\.ML|Onnx|DuckDB|Parquet|PureHDF|Protobuf|Grpc|Spectre|CommandLine|MathNet|ScottPlot|Skia|^MPI|^NATS|AWSSDK")]
    [DataRow("Coda.Cli", "Torch|Microsoft\\.ML(?!\\.OnnxRuntime\\.Gpu)|DuckDB|Parquet|PureHDF|Protobuf|Grpc|AspNetCore|prometheus|MathNet|ScottPlot|Skia|^MPI|^NATS|AWSSDK")]
    [DataRow("Coda.Reports", "Torch|Microsoft\\.ML|Onnx|DuckDB|Parquet|PureHDF|Protobuf|Grpc|Spectre|CommandLine|AspNetCore|prometheus|MathNet|ScottPlot|Skia|^MPI|^NATS|AWSSDK")]
    [DataRow("Coda.Figures", "Torch|Microsoft\\.ML|Onnx|DuckDB|Parquet|PureHDF|Protobuf|Grpc|Spectre|CommandLine|AspNetCore|prometheus|MathNet|^MPI|^NATS|AWSSDK")]
    public void AProjectTakesNoPackageOfAnothersRoom(string project, string forbidden) =>
        SourceFile.None(References(project, "PackageReference").Where(package => Regex.IsMatch(package, forbidden)));

    [TestMethod]
    public void TheAssembliesBuiltReferenceNoMore()
    {
        static string[] Of(Type type) => [.. type.Assembly.GetReferencedAssemblies().Select(name => name.Name!)];
        SourceFile.None(Of(typeof(Component)).Where(name => Regex.IsMatch(name, "Torch|Microsoft\\.ML|Coda")));
        SourceFile.None(Of(typeof(TrainingLoop)).Where(name => Regex.IsMatch(name, "Microsoft\\.ML|Coda\\.Inference|Coda\\.Service|Coda\\.Cli")));
        SourceFile.None(Of(typeof(OnnxModel)).Where(name => Regex.IsMatch(name, @"Torch|AspNetCore|Microsoft\.ML(?!\.OnnxRuntime)|Coda\.(?!Data)")));
        SourceFile.None(Of(typeof(ClimatologyMethod)).Where(name => Regex.IsMatch(name, @"Torch|AspNetCore|Microsoft\.ML|Coda\.(?!Data|Inference)")));
        SourceFile.None(Of(typeof(CodaCatalog)).Where(name => Regex.IsMatch(name, @"Torch|AspNetCore|OnnxRuntime|Coda\.(?!Data|Inference)")));
        SourceFile.None(Of(typeof(CodaService)).Where(name => Regex.IsMatch(name, "Torch|Microsoft\\.ML|Coda\\.Training|Coda\\.Cli")));
        CollectionAssert.Contains(Of(typeof(TrainingLoop)), "TorchSharp");
    }

    [TestMethod]
    public void EachLibraryIsUsedInItsRoomOnly() => SourceFile.None(
        from file in SourceFile.Product
        from rule in new (string Library, string Room)[]
        {
            (@"\bTorchSharp\b", "^Coda.Training/"),
            (@"\bCoda\.Training\b", "^Coda.Training/|^Coda.Workflows/|^Coda.Cli/"),
            (@"\bCoda\.Inference\b", "^Coda.Inference/|^Coda.Classical/|^Coda.Pipelines/|^Coda.Workflows/|^Coda.Reports/|^Coda.Service/|^Coda.Cli/"),
            (@"\bCoda\.Classical\b", "^Coda.Classical/|^Coda.Workflows/|^Coda.Cli/"),
            (@"\bCoda\.Clusters\b", "^Coda.Clusters/|^Coda.Cli/"),
            (@"\bCoda\.Stores\b", "^Coda.Stores/|^Coda.Cli/"),
            (@"\busing Amazon\b|\bAmazon\.\w+", "^Coda.Stores/"),
            (@"\busing MPI\b|\bMPI\.\w+", "^Coda.Clusters/"),
            (@"\bCoda\.Feeds\b", "^Coda.Feeds/|^Coda.Cli/"),
            (@"\bNATS\.\w", "^Coda.Feeds/"),
            (@"\bCoda\.Pipelines\b", "^Coda.Pipelines/"),
            (@"\bCoda\.Workflows\b", "^Coda.Workflows/|^Coda.Reports/|^Coda.Cli/"),
            (@"\bCoda\.Reports\b", "^Coda.Reports/|^Coda.Cli/"),
            (@"\bCoda\.Service\b", "^Coda.Service/|^Coda.Cli/"),
            (@"\bMicrosoft\.(AspNetCore|Extensions|OpenApi|Net\.Http)\b", "^Coda.Service/|^Coda.Cli/Watching/"),
            (@"\busing Prometheus\b|\bPrometheus\.\w", "^Coda.Service/Metrics/"),
            (@"\bMicrosoft\.ML\.OnnxRuntime\b", "^Coda.Inference/"),
            (@"\bOrtValue\b", "^Coda.Inference/Sessions/"),
            (@"\bMicrosoft\.ML(?!\.OnnxRuntime)\b", "^Coda.Pipelines/"),
            (@"\bCoda\.Data\.Archives\.DuckDb\b", "^Coda.Data/Archives/"),
            (@"\bDuckDB\.NET\b", "^Coda.Data/Archives/DuckDb/"),
            (@"(?<!\.)\bParquet\.(Meta|Schema|Data)\b|\busing Parquet;", "^Coda.Data/Archives/ParquetNet/"),
            (@"\bPureHDF\b", "^Coda.Data/Archives/NetCdf/"),
            (@"\bMathNet\b", "^Coda.Data/Scoring/|^Coda.Classical/"),
            (@"\bGoogle\.Protobuf\b", "^Coda.Data/Graphs/"),
            (@"\bCoda\.Data\.Graphs\b", "^Coda.Data/Graphs/|^Coda.Training/Export/|^Coda.Inference/Sessions/"),
            (@"\bCoda\.Figures\b", "^Coda.Figures/|^Coda.Reports/|^Coda.Cli/"),
            (@"\bScottPlot\b|\bSkiaSharp\b", "^Coda.Figures/"),
            (@"\bSpectre\b|\bSystem\.CommandLine\b", "^Coda.Cli/"),
        }
        where Regex.IsMatch(file.Code, rule.Library) && !Regex.IsMatch(file.Name, rule.Room)
        select $"{file.Name} uses {rule.Library}");

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Load(Path.Combine(SourceFile.Root, project, $"{project}.csproj")).Descendants(kind)
            .Select(element => (string?)element.Attribute("Include") ?? "").Where(include => include != "");
}
