using Coda.Data.Algebra;
using Coda.Data.Graphs;
using Coda.Inference.Sessions.Graphs;
using Coda.Tests.Interpretations;
using Coda.Training.Export;

namespace Coda.Tests.Inference;

/// <summary>Which graphs are the same everywhere on a ring, and what is found out about them.</summary>
[TestClass]
public sealed class RingGraphTests
{
    private const int Sites = 8;

    [TestMethod]
    public void ReachIsWhatTheConvolutionsSpan()
    {
        var graph = Of((ops, x) => ops.RemoveAxis(Convolve(ops, Convolve(ops, ops.InsertAxis(x, -2), 5), 3), -2));
        Assert.AreEqual((3, 1, 2), (graph.Reach, graph.Period, graph.LeastSites));
    }

    [TestMethod]
    public void DilatedGroupedAndQuantizedConvolutionsAreFree()
    {
        var graph = Of((graph, ops, x) =>
        {
            var quantized = graph.Node("QuantizeLinear", [1, Sites], [x, ops.Constant(0.1)]);
            var wide = ops.InsertAxis(graph.Node("DequantizeLinear", [1, Sites], [quantized, ops.Constant(0.1)]), -2);
            var padded = ops.Concat(-1, ops.Slice(wide, -1, Sites - 3, 3), wide, ops.Slice(wide, -1, 0, 3));
            var convolved = graph.Node(
                "Conv", [1, 1, Sites], [padded, Kernel(ops, 3), ops.Constant(0)], ("kernel_shape", new long[] { 3 }), ("dilations", new long[] { 3 }),
                ("group", 1));
            return ops.RemoveAxis(convolved, -2);
        });
        Assert.AreEqual((3, 1, 3), (graph.Reach, graph.Period, graph.LeastSites));
    }

    [TestMethod]
    public void ConvolutionsThatPadWithZerosAreRefused() => Refuse(
        (graph, ops, x) => ops.RemoveAxis(
            graph.Node("Conv", [1, 1, Sites], [ops.InsertAxis(x, -2), Kernel(ops, 3), ops.Constant(0)], ("kernel_shape", new long[] { 3 }),
                ("pads", new long[] { 1, 1 })), -2),
        "without padding or strides");

    [TestMethod]
    public void ShiftsAndConstantsThatAreAlikeEverywhereAreFree()
    {
        var graph = Of((ops, x) => ops.Multiply(ops.Subtract(ops.Roll(x, -1), ops.Roll(x, 2)), ops.Constant([.. Enumerable.Repeat(3.6, Sites)])));
        Assert.AreEqual((2, 1, 2), (graph.Reach, graph.Period, graph.LeastSites));
    }

    [TestMethod]
    public void PoolingHasAPeriod()
    {
        var graph = Of((ops, x) =>
        {
            var image = ops.InsertAxis(ops.Concat(-2, ops.InsertAxis(x, -2), ops.InsertAxis(x, -2)), -3); // [batch, 1, 2, space]
            var kernel = ops.InsertAxis(ops.InsertAxis(ops.Constant(new double[2]), -2), -2);
            return ops.RemoveAxis(ops.Upsample(ops.MaxOverTime(ops.MaxPool(image)), kernel, ops.Constant(0)), -2);
        });
        Assert.AreEqual((3, 2, 1), (graph.Reach, graph.Period, graph.LeastSites));
    }

    [TestMethod]
    public void ConstantsThatDifferFromSiteToSiteAreRefused() =>
        Refuse((ops, x) => ops.Add(x, ops.Constant([.. Enumerable.Range(0, Sites).Select(i => (double)i)])), "differs from site to site");

    [TestMethod]
    public void AMeanOverTheRingIsRefused() => Refuse((ops, x) => ops.Subtract(x, ops.InsertAxis(ops.Mean(x, -1), -1)), "mixes or moves the sites");

    [TestMethod]
    public void PickedSitesAreRefused() => Refuse((ops, x) => ops.Gather(x, [.. Enumerable.Range(0, Sites)]), "not known to be the same");

    [TestMethod]
    public void PaddingThatDoesNotGoRoundIsRefused() =>
        Refuse((ops, x) => ops.Concat(-1, ops.Slice(x, -1, 0, 1), x, ops.Slice(x, -1, Sites - 1, 1)), "no neighbours on the ring");

    [TestMethod]
    public void AnOutputWithFewerSitesIsRefused() => Refuse((ops, x) => ops.Slice(x, -1, 1, Sites - 1), "expected an output whose last axis is the ring");

    [TestMethod]
    public void PartsOfTwoFieldsAreRefused() =>
        Refuse((ops, x) => ops.Concat(-1, ops.Slice(ops.Scale(x, 2), -1, Sites - 1, 1), ops.Slice(x, -1, 0, Sites - 1)), "no neighbours on the ring");

    [TestMethod]
    public void ACutInTheMiddleIsRefused() => Refuse((ops, x) => ops.Roll(x, Sites / 2), "in its middle");

    [TestMethod]
    public void SitesFoldedIntoAnAxisAreRefused() => Refuse((ops, x) => ops.MergeLast(ops.Scale(ops.SplitLast(x, 2), 2)), "moves the sites");

    [TestMethod]
    public void NodesOfOtherSetsOfOperatorsAreRefused() => Refuse(file => file.Graph.Node[0].Domain = "com.example", "is of another set of operators");

    [TestMethod]
    public void GraphsWithinNodesAreRefused() =>
        Refuse(file => file.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "body", G = new GraphProto() }), "holds a graph of its own");

    [TestMethod]
    public void TensorsInOtherFilesAreRefused() =>
        Refuse(file => file.Graph.Initializer[0].DataLocation = TensorProto.Types.DataLocation.External, "lies outside the file (external data)");

    [TestMethod]
    public void ConstantsInListsAreReadAsThoseInBytes()
    {
        var file = File((_, ops, x) => ops.Add(ops.Roll(x, 1), ops.Constant([.. Enumerable.Repeat(3.6, Sites)])));
        foreach (var tensor in file.Graph.Initializer)
        {
            if (tensor.DataType == (int)TensorProto.Types.DataType.Float)
            {
                tensor.FloatData.Add(TensorEntries.Floats(tensor).ToArray());
            }
            else
            {
                tensor.Int64Data.Add(TensorEntries.Integers(tensor).ToArray());
            }

            tensor.ClearRawData();
        }

        Assert.AreEqual(1, RingGraph.Of(file, Sites).Reach);
    }

    [TestMethod]
    public void ConstantsThatDoNotFillTheirAxesAreBadData()
    {
        var file = File((_, ops, x) => ops.Add(x, ops.Constant([.. Enumerable.Repeat(3.6, Sites)])));
        file.Graph.Initializer[0].Dims.Insert(0, 2);
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => RingGraph.Of(file, Sites));
        StringAssert.Contains(fault.Message, $"expected entries for its axes [2, {Sites}], got {Sites}");
    }

    [TestMethod]
    public void ShapesThatAFileTellsOfItsOwnRingDoNotBindAnother()
    {
        var file = File((_, ops, x) => ops.Scale(ops.Roll(x, 1), 2));
        var between = file.Graph.Output[0].Clone(); // [batch, 8]
        between.Name = file.Graph.Node[^2].Output[0];
        file.Graph.ValueInfo.Add(between);
        var doubled = OnnxEvaluation.Once(RingGraph.Of(file, Sites).Model, new Dictionary<string, Operand> { ["x"] = new([1, 2, 3], 1, 3) })["y"];
        CollectionAssert.AreEqual(new double[] { 6, 2, 4 }, doubled.Values);
    }

    [TestMethod]
    public void WhatTheRingDoesNotTouchStays()
    {
        var file = File((_, ops, x) => ops.Roll(x, 1));
        file.MetadataProps.Add(new StringStringEntryProto { Key = "from", Value = "elsewhere" });
        file.Graph.Node[0].DocString = "a cut";
        var (expected, ring) = (file.Clone(), OnnxFormat.Parse(RingGraph.Of(file, Sites).Model, "ring"));
        CollectionAssert.AreEqual(expected.Graph.Initializer.ToArray(), ring.Graph.Initializer.Take(expected.Graph.Initializer.Count).ToArray());
        Assert.AreEqual(expected.MetadataProps[0], ring.MetadataProps.Single());
        Assert.AreEqual("a cut", ring.Graph.Node[0].DocString);
        CollectionAssert.AreEqual(expected.Graph.Node.Select(n => n.OpType).ToArray(), ring.Graph.Node.Select(n => n.OpType).ToArray());
    }

    private static void Refuse(Action<ModelProto> change, string why)
    {
        var file = File((_, ops, x) => ops.Scale(x, 2));
        change(file);
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => RingGraph.Of(file, Sites)).Message, why);
    }

    private static void Refuse(Func<OnnxAlgebra, OnnxValue, OnnxValue> build, string why) => Refuse((_, ops, x) => build(ops, x), why);

    private static void Refuse(Func<OnnxGraph, OnnxAlgebra, OnnxValue, OnnxValue> build, string why) =>
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => Of(build)).Message, why);

    private static RingGraph Of(Func<OnnxAlgebra, OnnxValue, OnnxValue> build) => Of((_, ops, x) => build(ops, x));

    private static RingGraph Of(Func<OnnxGraph, OnnxAlgebra, OnnxValue, OnnxValue> build) => RingGraph.Of(File(build), Sites);

    private static ModelProto File(Func<OnnxGraph, OnnxAlgebra, OnnxValue, OnnxValue> build)
    {
        var graph = new OnnxGraph("example");
        graph.Output("y", build(graph, new OnnxAlgebra(graph), graph.Input("x", "batch", Sites)), "batch", Sites);
        using var stream = new MemoryStream();
        graph.Write(stream, "example");
        return OnnxFormat.Parse(stream.ToArray(), "example");
    }

    private static OnnxValue Convolve(OnnxAlgebra ops, OnnxValue a, int kernel) => ops.Convolve(a, Kernel(ops, kernel), ops.Constant(0));

    private static OnnxValue Kernel(OnnxAlgebra ops, int length) => ops.InsertAxis(ops.InsertAxis(ops.Constant(new double[length]), -2), -2);
}
