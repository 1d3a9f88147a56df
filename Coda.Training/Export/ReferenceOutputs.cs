using System.Globalization;
using Coda.Data.Foundation;
using Coda.Training.Algebra;
using Coda.Training.Networks;
using Coda.Training.Stages;
using static TorchSharp.torch;

namespace Coda.Training.Export;

/// <summary>Inputs drawn at random and what LibTorch makes of them, against which any runtime of the ONNX files can be checked.</summary>
public static class ReferenceOutputs
{
    private const int MostRows = 4;
    private const long MostEntries = 1L << 18; // of an input; at least one row, whatever it takes

    /// <summary>Computes and writes the reference.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="path">The file to replace; the inputs and outputs of all graphs that have a reference, by name, in the safetensors format.</param>
    /// <exception cref="InvalidOperationException">A graph neither draws an input nor finds it among those before it.</exception>
    public static void Write(TrainedModel model, string path)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (ops, tensors) = (new TorchAlgebra(CPU), new Dictionary<string, Tensor>());
        var batch = Rows(model);
        foreach (var (part, graph) in model.Graphs().Where(g => g.Graph.HasReference))
        {
            using var weights = new WeightStore(part.Component.WeightDefinitions, 0, CPU);
            weights.Load(part.Weights);
            foreach (var input in graph.Inputs.Where(input => !tensors.ContainsKey(input.Name)))
            {
                var drawn = graph.Draw(input, batch, model.Experiment.Seed) ?? throw new InvalidOperationException(
                    $"Graph '{graph.Role}' of part '{part.Name}': expected input '{input.Name}' drawn, or given by a graph of a part before it, got neither.");
                tensors[input.Name] = TorchArrays.Of(drawn, Shape(input, batch));
            }

            var outputs = graph.Evaluate(ops, weights.View(), [.. graph.Inputs.Select(input => tensors[input.Name])]);
            foreach (var (tensor, output) in graph.Outputs.Zip(outputs))
            {
                tensors[tensor.Name] = output;
            }
        }

        TensorFile.Write(
            path, tensors.ToDictionary(t => t.Key, t => TorchArrays.Plain(t.Value)), new Dictionary<string, string> { ["batch"] = $"{batch}" });
    }

    // A window of a large field takes megabytes, and one tells as much as four.
    private static int Rows(TrainedModel model)
    {
        var largest = model.Graphs().Where(g => g.Graph.HasReference).SelectMany(g => g.Graph.Inputs)
            .Max(input => Shape(input, 1).Aggregate(1L, (product, length) => product * length));
        return (int)Math.Clamp(MostEntries / largest, 1, MostRows);
    }

    private static long[] Shape(ModelTensor tensor, int batch) =>
        [.. tensor.Axes.Split(", ").Select(axis => axis == ModelTensor.Batch ? batch : long.Parse(axis, CultureInfo.InvariantCulture))];
}
