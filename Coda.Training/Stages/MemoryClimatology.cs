using Coda.Training.Algebra;
using Coda.Training.Networks;
using static TorchSharp.torch;

namespace Coda.Training.Stages;

/// <summary>Mean and deviation of what an emulator remembers along the states that it was trained on.</summary>
internal static class MemoryClimatology
{
    private const int Most = 32;          // trajectories
    private const int Steps = 1000;       // of each, at most
    private const int Empty = 50;         // steps at the start, after which the empty memory is forgotten
    private const double Least = 1e-3;    // deviation, of numbers that hardly change

    /// <summary>Lets the emulator read states one after another.</summary>
    /// <param name="stage">The emulator and the states.</param>
    /// <param name="weights">Its weights.</param>
    public static Climatology Of(EmulatorStage stage, IReadOnlyDictionary<string, float[]> weights)
    {
        var (size, memorySize, archive) = (stage.Context.Layout.Size, stage.Network.MemorySize, stage.Archive);
        if (memorySize == 0)
        {
            return new([], []);
        }

        var (rows, steps) = (Math.Min(Most, archive.TrajectoryCount), (int)Math.Min(Steps, archive.Steps.Count));
        var (mean, squares, count) = (new double[memorySize], new double[memorySize], 0);
        using var store = new WeightStore(stage.Network.WeightDefinitions, 0, CPU);
        store.Load(weights);
        using var guard = no_grad();
        var (ops, view, memory) = (new TorchAlgebra(CPU), store.View(), new float[rows * memorySize]);
        for (var k = 0; k < steps; k++)
        {
            using var scope = NewDisposeScope();
            var states = new float[rows * size];
            for (var row = 0; row < rows; row++)
            {
                stage.States.State(row, archive.Steps.Start + k).CopyTo(states.AsSpan(row * size, size));
            }

            memory = TorchArrays.Plain(stage.Network.Step(
                ops, view, TorchArrays.Of(states, rows, size), TorchArrays.Of(memory, rows, memorySize)).Memory);
            for (var i = 0; i < memory.Length && k >= Math.Min(Empty, steps - 1); i++)
            {
                mean[i % memorySize] += memory[i];
                squares[i % memorySize] += (double)memory[i] * memory[i];
            }

            count += k >= Math.Min(Empty, steps - 1) ? rows : 0;
        }

        for (var i = 0; i < memorySize; i++)
        {
            mean[i] /= count;
            squares[i] = Math.Max(Least, Math.Sqrt(Math.Max(0, (squares[i] / count) - (mean[i] * mean[i]))));
        }

        return new(mean, squares);
    }
}
