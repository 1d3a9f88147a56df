using Coda.Data.Foundation;
using Coda.Data.Graphs;
using Coda.Tests.Archives;
using Google.Protobuf;

namespace Coda.Tests.Graphs;

/// <summary>ONNX files as messages: what is read is what is written, and what cannot be read is refused in plain words.</summary>
[TestClass]
public sealed class OnnxFormatTests
{
    private static string Forecast => Path.Combine(Repository.Root, "models", "lorenz96", "forecast.onnx");

    [TestMethod]
    public void EveryReleasedFileIsWrittenAsItWasRead()
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "models"), "*.onnx", SearchOption.AllDirectories);
        Assert.IsGreaterThan(20, files.Length);
        foreach (var file in files)
        {
            CollectionAssert.AreEqual(File.ReadAllBytes(file), OnnxFormat.Bytes(OnnxFormat.ReadWhole(file)), file);
        }
    }

    [TestMethod]
    public void EveryReleasedFileIsKnownInFull()
    {
        // A reader that forgets what it does not know writes the same: no field of these files lacks a definition.
        var strict = ModelProto.Parser.WithDiscardUnknownFields(true);
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "models"), "*.onnx", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(file);
            CollectionAssert.AreEqual(bytes, strict.ParseFrom(bytes).ToByteArray(), file);
        }
    }

    [TestMethod]
    public void WhatTheFormatDoesNotKnowIsKept()
    {
        byte[] later = [0xFA, 0x3E, 3, 1, 2, 3]; // field 1007: three bytes
        var node = NodeProto.Parser.ParseFrom([.. new NodeProto { OpType = "Relu" }.ToByteArray(), .. later]);
        var model = ModelProto.Parser.ParseFrom([.. new ModelProto { Graph = new GraphProto { Node = { node } } }.ToByteArray(), .. later]);
        var again = OnnxFormat.Parse(OnnxFormat.Bytes(model), "again");
        Assert.AreEqual(model, again);
        Assert.AreEqual(2, OnnxFormat.Bytes(again).AsSpan().Count(later));
    }

    [TestMethod]
    public void DefaultsThatAreSaidStaySaid()
    {
        byte[] file = [0x08, 0, 0x22, 0, 0x3A, 2, 0x12, 0]; // version 0, domain "", a graph without a name
        CollectionAssert.AreEqual(file, OnnxFormat.Bytes(OnnxFormat.Parse(file, "file")));
    }

    [TestMethod]
    public void NumbersThatAreNotPackedAreRead()
    {
        byte[] shape = [0x08, 5, 0x08, 6]; // TensorProto.dims, as other writers lay them out
        CollectionAssert.AreEqual(new long[] { 5, 6 }, TensorProto.Parser.ParseFrom(shape).Dims.ToArray());
    }

    [TestMethod]
    public void DamagedFilesAreRefusedInPlainWords()
    {
        using var folder = new TemporaryDirectory();
        var (whole, path, random, refused) = (File.ReadAllBytes(Forecast), folder.File("damaged.onnx"), new CounterRandom(9), 0);
        for (var i = 0; i < 3000; i++)
        {
            byte[] damaged = [.. whole.AsSpan(0, i % 2 == 0 ? whole.Length : (int)(random.NextUniform() * whole.Length))];
            for (var change = 0; change < i % 4 && damaged.Length > 0; change++)
            {
                damaged[(int)(random.NextUniform() * damaged.Length)] = (byte)(random.NextUniform() * 256);
            }

            try
            {
                _ = OnnxFormat.Bytes(OnnxFormat.Parse(damaged, path));
            }
            catch (InvalidDataException fault)
            {
                refused++;
                StringAssert.StartsWith(fault.Message, $"{path}: expected an ONNX file");
                StringAssert.EndsWith(fault.Message, "copy or export the file again.");
                Assert.DoesNotContain("protocol", fault.Message, StringComparison.OrdinalIgnoreCase);
            }
        }

        Assert.IsGreaterThan(1000, refused);
    }

    [TestMethod]
    public void AFileThatIsNoneIsRefused() => Assert.ThrowsExactly<InvalidDataException>(() => OnnxFormat.Parse([0x3A, 0xFF, 1], "file"));

    [TestMethod]
    public void AFileWithoutAGraphIsRefused() => StringAssert.Contains(
        Assert.ThrowsExactly<InvalidDataException>(() => OnnxFormat.Parse([], "nothing")).Message, "nothing: expected an ONNX file with a graph, got none");

    [TestMethod]
    public void GraphsWithoutEndAreRefused()
    {
        var graph = new GraphProto();
        for (var depth = 0; depth < 50; depth++)
        {
            graph = new GraphProto { Node = { new NodeProto { Attribute = { new AttributeProto { G = graph } } } } };
        }

        Assert.ThrowsExactly<InvalidDataException>(() => OnnxFormat.Parse(new ModelProto { Graph = graph }.ToByteArray(), "deep"));
    }

    [TestMethod]
    public void AFileLongerThanAnArrayIsRefusedUnread()
    {
        using var folder = new TemporaryDirectory();
        var path = folder.File("long.onnx");
        using (var stream = File.Create(path))
        {
            stream.SetLength(Array.MaxLength + 1L);
        }

        var fault = Assert.ThrowsExactly<InvalidDataException>(() => OnnxFormat.Read(path));
        StringAssert.Contains(fault.Message, $"at most {Array.MaxLength} bytes, got {Array.MaxLength + 1L}");
    }

    [TestMethod]
    public void MoreConstantsThanAFileHoldsAreNotWritten()
    {
        var tensor = TensorEntries.Of("weight", TensorProto.Types.DataType.Uint8, [1 << 26], new byte[1 << 26]);
        var model = new ModelProto { Graph = new GraphProto { Initializer = { Enumerable.Repeat(tensor, 32) } } };
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => OnnxFormat.Write(model, Stream.Null)).Message, $"got {1L << 31}");
    }

    [TestMethod]
    public void AFileThatIsMissingSaysSo() => Assert.ThrowsExactly<FileNotFoundException>(() => OnnxFormat.Read("nowhere.onnx"));

    [TestMethod]
    [DataRow("initializer")]
    [DataRow("sparse")]
    [DataRow("attribute")]
    [DataRow("subgraph")]
    [DataRow("function")]
    [DataRow("training")]
    public void TensorsInOtherFilesAreFound(string place)
    {
        using var folder = new TemporaryDirectory();
        var location = new StringStringEntryProto { Key = "location", Value = "far.bin" };
        var outside = new TensorProto { Name = "far", DataLocation = TensorProto.Types.DataLocation.External, ExternalData = { location } };
        var within = new GraphProto { Initializer = { outside } };
        NodeProto With(AttributeProto attribute) => new() { Attribute = { attribute } };
        var model = new ModelProto { Graph = place == "initializer" ? within : new GraphProto() };
        switch (place)
        {
            case "sparse":
                model.Graph.SparseInitializer.Add(new SparseTensorProto { Values = outside });
                break;
            case "attribute":
                model.Graph.Node.Add(With(new AttributeProto { T = outside }));
                break;
            case "subgraph":
                model.Graph.Node.Add(With(new AttributeProto { G = new GraphProto { Node = { With(new AttributeProto { Graphs = { within } }) } } }));
                break;
            case "function":
                model.Functions.Add(new FunctionProto { Node = { With(new AttributeProto { Tensors = { outside } }) } });
                break;
            case "training":
                model.TrainingInfo.Add(new TrainingInfoProto { Algorithm = within });
                break;
        }

        var path = folder.File("parts.onnx");
        File.WriteAllBytes(path, OnnxFormat.Bytes(model));
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => OnnxFormat.ReadWhole(path));
        StringAssert.Contains(fault.Message, "parts.onnx: expected a file that holds all of its tensors, got 'far' with external data; save the model");
        Assert.AreEqual(model, OnnxFormat.Read(path));
    }
}
