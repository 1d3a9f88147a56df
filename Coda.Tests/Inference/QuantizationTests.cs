using Coda.Cli;
using Coda.Data.Cards;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Training.Export;

namespace Coda.Tests.Inference;

/// <summary>A network's convolutions in eight-bit integers, from <c>coda quantize</c> to the analyses.</summary>
[TestClass]
public sealed class QuantizationTests
{
    private static TemporaryDirectory _folder = null!;

    private static string Archive => _folder.File("archive");

    private static string Model => _folder.File("model");

    [ClassInitialize]
    public static void MakeAModel(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(Archive)).Succeeded();
        Directory.CreateDirectory(Model);
        ExampleModels.Write(Model, size: 40, options: new() { HalfWidth = 5, Width = 16, Blocks = 2, Kernel = 3 });
    }

    [ClassCleanup]
    public static void RemoveIt() => _folder.Dispose();

    [TestMethod]
    public void AnalysesInIntegersAreNearThoseInFloat32()
    {
        var copy = _folder.File("copy");
        var result = CommandRun.InProcess("quantize", "--model", Model, "--archive", Archive, "--output", copy, "--json").Succeeded().Json;
        Assert.AreEqual(8, (int)result["tensors"]!, "inputs and outputs of four convolutions");
        var difference = (double)result["difference"]!;
        Assert.IsTrue(difference is > 1e-4 and < 0.1, $"{difference} in units of a state that varies by 3.6");
        Assert.IsLessThan((long)result["bytesInFloat32"]!, (long)result["bytes"]!);
        Assert.IsFalse(ModelFolder.ReadCard(Model).Files.ContainsKey(GraphFiles.AnalysisStretchInt8), "the model itself stays as it is");
        CollectionAssert.AreEqual(
            File.ReadAllBytes(Path.Combine(Model, GraphFiles.AnalysisStretch)), File.ReadAllBytes(Path.Combine(copy, GraphFiles.AnalysisStretch)));
        Assert.IsFalse(Directory.GetFiles(copy).Any(f => f.EndsWith(".partial", StringComparison.Ordinal)));

        CommandRun.InProcess("analyze", "--archive", Archive, "--model", copy, "--set", "precision=int8", "--output", _folder.File("analyses")).Succeeded();
        CommandRun.InProcess("inspect", copy).Succeeded();
        CommandRun.InProcess("quantize", "--model", Model, "--archive", Archive, "--output", copy).Failed(ExitCodes.BadData, "expected an empty directory");
    }

    [TestMethod]
    public void RangesOfWhatTheNetworkWasNotTrainedForAreSaidToBe()
    {
        var other = _folder.File("other-errors");
        CommandRun.InProcess(Tiny.Simulate(other, "--sigma", "3")).Succeeded();
        var warning = CommandRun.InProcess("quantize", "--model", Model, "--archive", other, "--output", _folder.File("warned"), "--json")
            .Succeeded().Reply["warnings"]!.AsArray().Single()!;
        Assert.AreEqual("outside-training", (string)warning["kind"]!);
    }

    [TestMethod]
    public void NeitherWorkersNorRunsOfOtherLengthsChangeMuch()
    {
        var copy = _folder.File("workers");
        CommandRun.InProcess("quantize", "--model", Model, "--archive", Archive, "--output", copy).Succeeded();
        using var model = OnnxModel.Open(copy);
        var archive = ExampleTwins.Lorenz96(size: 40).Archive();
        float[] Analyses(int workers, int length) =>
            new NetworkMethod(new AnalysisContext(archive, model), new() { Precision = NetworkPrecision.Int8, StretchLength = length })
            .Analyze(archive, new AnalysisRequest { Workers = workers }).Values();
        var alone = Analyses(1, 16);
        CollectionAssert.AreEqual(alone, Analyses(3, 16));
        ExampleTwins.AssertClose(alone, Analyses(1, 60), 1e-4); // the scales are constants, so that a state does not depend on its neighbours
    }

    [TestMethod]
    public void WhatHasNoIntegersSaysHowToGetThem()
    {
        CommandRun.InProcess("analyze", "--archive", Archive, "--model", Model, "--set", "precision=int8", "--output", _folder.File("none"))
            .Failed(ExitCodes.Usage, ModelRoles.AnalysisStretchInt8, "'coda quantize' makes it");
        var copy = _folder.File("windows");
        CommandRun.InProcess("quantize", "--model", Model, "--archive", Archive, "--output", copy).Succeeded();
        CommandRun.InProcess("analyze", "--archive", Archive, "--model", copy, "--nowcast", "--set", "precision=int8")
            .Failed(ExitCodes.Usage, "float32 for windows and nowcasts");
    }

    [TestMethod]
    public void ANetworkTooNarrowIsRefused()
    {
        var narrow = _folder.File("narrow");
        Directory.CreateDirectory(narrow);
        ExampleModels.Write(narrow, size: 40);
        CommandRun.InProcess("quantize", "--model", narrow, "--archive", Archive).Failed(ExitCodes.BadData, "expected convolutions of 16 channels or more");
        Assert.IsFalse(File.Exists(Path.Combine(narrow, "probe.partial")));
    }

    [TestMethod]
    public void TheProbeTellsTheRangesOfWhatIsQuantized()
    {
        var probe = _folder.File("probe.onnx");
        var names = QuantizedGraph.WriteProbe(Path.Combine(Model, GraphFiles.AnalysisStretch), probe);
        float[] input = [.. Enumerable.Repeat(3f, 12 * 40), .. Enumerable.Repeat(1f, 12 * 40)];
        var ranges = TensorRanges.Of(probe, ModelFolder.Observations, names, QuantizedGraph.Least, QuantizedGraph.Greatest, [(input, [2, 12, 40])]);
        Assert.HasCount(8, ranges);
        Assert.IsTrue(ranges.Values.All(r => r.Least <= r.Greatest));
        Assert.IsTrue(ranges.Values.Any(r => r.Least >= -0.18f && r.Greatest > 0), "an input of a convolution is a gelu, which is above -0.17");
        Assert.ThrowsExactly<InvalidDataException>(
            () => TensorRanges.Of(probe, ModelFolder.Observations, names, QuantizedGraph.Least, QuantizedGraph.Greatest, []));
    }
}
