using Coda.Data.Graphs;
using Coda.Inference.Sessions.Graphs;
using Coda.Tests.Interpretations;
using Coda.Training.Export;

namespace Coda.Tests.Inference;

/// <summary>A file of one step in a loop.</summary>
[TestClass]
public sealed class StepGraphTests
{
    [TestMethod]
    [DataRow(0, 1.0)]
    [DataRow(1, 3.0)]
    [DataRow(5, 63.0)]
    public void TheLoopTakesAsManySteps(int steps, double expected) => Assert.AreEqual(expected, After(steps, File()));

    [TestMethod]
    public void ShapesBetweenNodesGoIntoTheLoop()
    {
        var file = File();
        var between = file.Graph.Output[0].Clone();
        between.Name = file.Graph.Node[0].Output[0];
        file.Graph.ValueInfo.Add([between, file.Graph.Output[0].Clone()]);
        Assert.AreEqual(7.0, After(2, file));
        Assert.IsEmpty(file.Graph.ValueInfo);
        var body = file.Graph.Node[^1].Attribute.Single().G;
        CollectionAssert.AreEqual(new[] { between.Name, "y_inside" }, body.ValueInfo.Select(value => value.Name).ToArray());
    }

    [TestMethod]
    public void GraphsWithinNodesReadTheStepsState()
    {
        // If with branches that read x of the step around them.
        var file = File();
        var (first, x) = (file.Graph.Node[0], file.Graph.Input[0].Name);
        var doubled = new ValueInfoProto { Name = "doubled", Type = file.Graph.Output[0].Type.Clone() };
        var branch = new GraphProto { Name = "branch", Node = { first.Clone() }, Output = { doubled } };
        branch.Node[0].Output[0] = "doubled";
        var other = branch.Clone();
        (other.Node[0].Output[0], other.Output[0].Name) = ("doubled_too", "doubled_too");
        file.Graph.Initializer.Add(TensorEntries.Of("always", TensorProto.Types.DataType.Bool, [], [1]));
        file.Graph.Node[0] = new NodeProto
        {
            OpType = "If",
            Input = { "always" },
            Output = { first.Output },
            Attribute =
            {
                new AttributeProto { Name = "then_branch", G = branch, Type = AttributeProto.Types.AttributeType.Graph },
                new AttributeProto { Name = "else_branch", G = other, Type = AttributeProto.Types.AttributeType.Graph },
            },
        };
        Assert.Contains(x, branch.Node[0].Input);
        Assert.AreEqual(63.0, After(5, file));
    }

    [TestMethod]
    public void WhatTheLoopDoesNotTouchStays()
    {
        var file = File();
        file.Graph.Node[0].DocString = "doubles";
        var (before, loop) = (file.Clone(), OnnxFormat.Parse(StepGraph.Loop(file), "loop"));
        CollectionAssert.AreEqual(before.Graph.Initializer.ToArray(), loop.Graph.Initializer.ToArray());
        CollectionAssert.AreEqual(new[] { "x", StepGraph.Steps }, loop.Graph.Input.Select(value => value.Name).ToArray());
        Assert.AreEqual(before.Graph.Output.Single(), loop.Graph.Output.Single());
        Assert.AreEqual("doubles", loop.Graph.Node[^1].Attribute.Single().G.Node[0].DocString);
    }

    // y = 2 x + 1
    private static ModelProto File()
    {
        var graph = new OnnxGraph("example");
        var ops = new OnnxAlgebra(graph);
        graph.Output("y", ops.Offset(ops.Scale(graph.Input("x", "batch", 1), 2), 1), "batch", 1);
        using var stream = new MemoryStream();
        graph.Write(stream, "example");
        return OnnxFormat.Parse(stream.ToArray(), "example");
    }

    private static double After(int steps, ModelProto file) => OnnxEvaluation.Once(
        StepGraph.Loop(file), new Dictionary<string, Operand> { ["x"] = new([1], 1, 1), [StepGraph.Steps] = new([steps], 1) })["y"].Values.Single();
}
