using Coda.Tests.Archives;
using Coda.Tests.Data;
using Coda.Tests.Interpretations;
using Coda.Tests.Training;
using Coda.Training.Export;
using Coda.Training.Networks;

namespace Coda.Tests.Interop;

/// <summary>The public ONNX checker on the files of every network; where Debian's python3-onnx is not installed the tests are inconclusive.</summary>
[TestClass]
public sealed class OnnxCheckerTests
{
    private const string Python = "/usr/bin/python3";

    [TestMethod]
    public void TheCheckerPassesEveryExportedFile()
    {
        using var folder = new TemporaryDirectory();
        foreach (var network in AssimilationNetwork.Catalog.Names)
        {
            foreach (var correction in Correction.Catalog.Names.Append(null))
            {
                _ = ModelExport.Write(ModelExamples.With(network, correction), folder.File($"{network}-{correction ?? "bare"}"), "");
            }
        }

        Check(folder.Path, "analysis.onnx", "analysis-stretch.onnx", "forecast.onnx", "tangent.onnx", "adjoint.onnx", "correction.onnx");
    }

    [TestMethod]
    public void TheCheckerPassesNetworksOnEveryLayout()
    {
        using var folder = new TemporaryDirectory();
        foreach (var (index, context) in new[] { NetworkExamples.Sparse, NetworkExamples.Components }.Index())
        {
            var network = NetworkExamples.Make("time-channel", context);
            var weights = NetworkExamples.Weights(network.WeightDefinitions);
            var window = NetworkExamples.Observations(2, 9, context.SiteCount);
            var stretch = new Operand(new double[2 * 12 * context.SiteCount], 2, 12, context.SiteCount) { SymbolicAxis = 1 };
            File.WriteAllBytes(folder.File($"{index}-window.onnx"), Interpret.ToFile(new AnalysisFormula(network), weights.With("window", window)).File);
            File.WriteAllBytes(
                folder.File($"{index}-stretch.onnx"), Interpret.ToFile(new AnalysisFormula(network, IsStretch: true), weights.With("stretch", stretch)).File);
        }

        Check(folder.Path, "0-window.onnx", "1-stretch.onnx");
    }

    private static void Check(string folder, params string[] expected)
    {
        if (!File.Exists(Python) || Run("import onnx", folder).Code != 0)
        {
            Assert.Inconclusive("python3-onnx is not installed.");
        }

        var (code, text) = Run(
            """
            import pathlib, sys, onnx
            from onnx import checker, shape_inference
            for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.onnx")):
                try:
                    model = onnx.load(str(path))
                    checker.check_model(model, full_check=True)
                    shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
                    print("passed", path.name)
                except Exception as fault:
                    print("FAILED", path, fault)
            """,
            folder);
        Assert.AreEqual(0, code, text);
        Assert.DoesNotContain("FAILED", text);
        foreach (var file in expected)
        {
            Assert.Contains($"passed {file}", text);
        }
    }

    private static (int Code, string Text) Run(string script, string folder) => OutsideProgram.Run(".", Python, "-c", script, folder) ?? (-1, "");
}
