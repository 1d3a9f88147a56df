using System.Numerics.Tensors;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;

namespace Coda.Tests.Classical.Variational;

/// <summary>Stands for a trained network: the truth with an error that is smooth in time and space. No entry of the catalogue.</summary>
internal sealed class RoughGuess : AssimilationMethod
{
    private const double Persistence = 0.935; // an error lives for about 15 steps

    private readonly float[][] _states;

    public RoughGuess(TwinExperiment twin, double rmse)
    {
        Layout = twin.Describe().Layout;
        _states = [.. twin.Truth().GroupBy(b => b.Trajectory).Select(g => Disturbed([.. g.SelectMany(b => b.States.ToArray())], rmse, g.Key))];
    }

    public override string Name => "rough-guess";

    public override int? LookAhead => null;

    public override StateLayout Layout { get; }

    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null)
    {
        var steps = request?.Steps ?? archive.Description.Steps;
        foreach (var trajectory in request?.Trajectories ?? [.. Enumerable.Range(0, _states.Length)])
        {
            yield return new StateBlock(
                trajectory, steps.Start, Layout.Size, _states[trajectory].AsMemory((int)steps.Start * Layout.Size, (int)steps.Count * Layout.Size));
        }
    }

    private float[] Disturbed(float[] truth, double rmse, int trajectory)
    {
        var (size, random) = (Layout.Size, new CounterRandom(17, trajectory));
        var (errors, noise) = (new float[truth.Length], new double[size]);
        for (var row = 0; row < truth.Length; row += size)
        {
            for (var i = 0; i < size; i++)
            {
                noise[i] = row == 0 ? random.NextGaussian() : (Persistence * noise[i]) + (Math.Sqrt(1 - (Persistence * Persistence)) * random.NextGaussian());
            }

            for (var i = 0; i < size; i++)
            {
                errors[row + i] = (float)(noise[i] + (0.6 * (noise[(i + 1) % size] + noise[(i + size - 1) % size])));
            }
        }

        var scale = (float)(rmse / (TensorPrimitives.Norm<float>(errors) / Math.Sqrt(errors.Length)));
        TensorPrimitives.MultiplyAdd(errors, scale, truth, errors);
        return errors;
    }
}
