using System.Text.Json.Nodes;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Graphs;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;

namespace Coda.Tests.Inference;

/// <summary>Files of a model that are damaged, or not what its card says, although their hashes are its card's.</summary>
[TestClass]
public sealed class DamagedModelTests
{
    private static readonly string[] Files = [GraphFiles.Analysis, GraphFiles.AnalysisStretch, GraphFiles.Forecast, GraphFiles.Tangent];

    [TestMethod]
    public void AFileThatIsNoGraphIsNamed()
    {
        foreach (var file in Files)
        {
            using var folder = Changed(file, _ => "no network"u8.ToArray());
            using var model = OnnxModel.Open(folder.Path);
            var message = Assert.ThrowsExactly<InvalidDataException>(model.RequireFiles).Message;
            Assert.AreEqual($"{folder.File(file)}: expected an ONNX file, got 10 bytes that are none; copy or export the file again.", message);
        }
    }

    [TestMethod]
    public void TensorsInOtherFilesAreRefusedForTheirHashIsNotKnown()
    {
        foreach (var file in Files)
        {
            using var folder = Changed(file, bytes =>
            {
                var graph = OnnxFormat.Parse(bytes, file);
                graph.Graph.Initializer[0].DataLocation = TensorProto.Types.DataLocation.External;
                return OnnxFormat.Bytes(graph);
            });
            using var model = OnnxModel.Open(folder.Path);
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(model.RequireFiles).Message, "with external data; save the model as one file");
        }
    }

    [TestMethod]
    public void AGraphOfOtherAxesThanTheCardsIsAMismatch()
    {
        using var other = new TemporaryDirectory();
        ExampleModels.Write(other.Path, size: 10);
        foreach (var file in Files)
        {
            using var folder = Changed(file, _ => File.ReadAllBytes(other.File(file)));
            using var model = OnnxModel.Open(folder.Path);
            var message = Assert.ThrowsExactly<ModelMismatchException>(model.RequireFiles).Message;
            Assert.StartsWith($"{folder.File(file)}: expected the input ", message);
            Assert.Contains("8] (card), got", message);
            Assert.Contains("10]", message);
        }
    }

    [TestMethod]
    public void ATensorThatTheCardNamesAndTheGraphLacksIsAMismatch()
    {
        using var folder = Changed(GraphFiles.Forecast, bytes => bytes, card => card["files"]![GraphFiles.Forecast]!["outputs"]!["next"] = "batch, 8");
        using var model = OnnxModel.Open(folder.Path);
        Assert.Contains("expected the output next [batch, 8] (card), got next_state [any, 8]",
            Assert.ThrowsExactly<ModelMismatchException>(model.RequireFiles).Message);
    }

    [TestMethod]
    public void AGraphThatFailsWithinItsRunIsNamed()
    {
        using var folder = Changed(GraphFiles.Forecast, bytes =>
        {
            // A slice beyond its axis passes until there are numbers.
            var model = OnnxFormat.Parse(bytes, "forecast");
            var reshape = new NodeProto { OpType = "Reshape", Name = "r", Input = { ModelFolder.State, "shape" }, Output = { "other" } };
            var back = new NodeProto { OpType = "Reshape", Name = "b", Input = { "other", "back" }, Output = { model.Graph.Output[0].Name } };
            model.Graph.Node.Clear();
            model.Graph.Node.Add([reshape, back]);
            model.Graph.Initializer.Clear();
            model.Graph.ValueInfo.Clear();
            model.Graph.Initializer.Add(
                TensorEntries.Of("shape", TensorProto.Types.DataType.Int64, [1], System.Runtime.InteropServices.MemoryMarshal.AsBytes<long>([-1])));
            model.Graph.Initializer.Add(
                TensorEntries.Of("back", TensorProto.Types.DataType.Int64, [2], System.Runtime.InteropServices.MemoryMarshal.AsBytes<long>([5, 8])));
            return OnnxFormat.Bytes(model);
        });
        using var model = OnnxModel.Open(folder.Path);
        var message = Assert.ThrowsExactly<InvalidDataException>(() =>
        {
            using var run = model.Bind(ModelRoles.Forecast, [new(ModelFolder.State, 1, 8)], [new(ModelFolder.NextState, 1, 8)]);
            run.Run();
        }).Message;
        Assert.AreEqual($"{folder.File(GraphFiles.Forecast)}: expected a graph that runs on state [1, 8], "
            + "got one that fails within. Fetch or export the file again.", message);
    }

    [TestMethod]
    public void AReferenceOfOtherArraysIsNamed()
    {
        using var folder = Changed(GraphFiles.Forecast, bytes => bytes);
        foreach (var (arrays, said) in new (Dictionary<string, float[]>, string)[]
        {
            (new() { [ModelFolder.State] = new float[16] }, "observations: expected 2 rows of 112 entries, as the card asks, got no such array"),
            (new() { [ModelFolder.State] = new float[16],
                [ModelFolder.Observations] = new float[100] }, "observations: expected 2 rows of 112 entries, as the card asks, got 100 entries"),
            (new(), "observations: expected 1 rows of 112 entries"),
        })
        {
            TensorFile.Write(folder.File(ModelFolder.Reference), arrays, new Dictionary<string, string>());
            Assert.Contains(said, Assert.ThrowsExactly<InvalidDataException>(() => ReferenceCheck.Run(folder.Path)).Message);
        }
    }

    private static TemporaryDirectory Changed(string file, Func<byte[], byte[]> change, Action<JsonNode>? edit = null)
    {
        var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        File.WriteAllBytes(folder.File(file), change(File.ReadAllBytes(folder.File(file))));
        var path = folder.File(ModelFolder.Card);
        var card = JsonNode.Parse(File.ReadAllText(path))!;
        card["files"]![file]!["sha256"] = ModelFolder.Hash(folder.File(file));
        edit?.Invoke(card);
        File.WriteAllText(path, card.ToJsonString());
        return folder;
    }
}
