using Coda.Classical.Variational.Tangents;
using Coda.Data.Dynamics;
using Coda.Data.Geometry;

namespace Coda.Classical.Variational.Costs;

/// <summary>The climatology of a model: mean and covariance of states that it runs through when nothing is assimilated.</summary>
/// <remarks>
/// Several runs side by side from different states, their spin-up thrown away. On a grid that is the same everywhere, statistics are averaged over
/// translations. The same bits every time. Immutable; safe to share.
/// </remarks>
internal sealed class ModelClimatology
{
    private const int Runs = 32;
    private const double SpinUp = 10;     // in units of time where a step is .01
    private const int MostSteps = 1000;
    private const int Samples = 50;
    private const int Interval = 10;

    private ModelClimatology(double[] mean, double[] covariance) => (Mean, Covariance) = (mean, covariance);

    /// <summary>The mean state. [space]</summary>
    public double[] Mean { get; }

    /// <summary>The covariance. [space, space]</summary>
    public double[] Covariance { get; }

    /// <summary>Lets a model run.</summary>
    /// <param name="model">The model.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="DivergenceException">The run left the range of finite numbers.</exception>
    public static ModelClimatology Of(LinearizedModel model, CancellationToken cancellation)
    {
        var size = model.Layout.Size;
        using var m = model.StartModel();
        double[] states = [.. Enumerable.Range(0, Runs).SelectMany(model.TypicalState)];
        var next = new double[states.Length];
        var (mean, covariance) = (new double[size], new double[size * size]);
        var spinUp = (int)Math.Min(MostSteps, Math.Ceiling(SpinUp / model.StepLength));
        for (var step = 1; step <= spinUp + (Samples * Interval); step++)
        {
            cancellation.ThrowIfCancellationRequested();
            m.Apply(states, next, Runs);
            (states, next) = (next, states);
            if (!double.IsFinite(System.Numerics.Tensors.TensorPrimitives.SumOfMagnitudes<double>(states)))
            {
                throw new DivergenceException($"A free run of the model diverged at step {step}: its states are no longer finite. Take a smaller step than "
                    + $"{model.StepLength}.");
            }

            if (step > spinUp && step % Interval == 0)
            {
                Add(states, size, mean, covariance);
            }
        }

        return Finish(mean, covariance, Runs * Samples, model.Layout);
    }

    /// <summary>A prior of independent errors with the climatology's mean and variances.</summary>
    /// <param name="variance">The variance of every entry, in place of the climatology's.</param>
    public Prior Prior(double? variance)
    {
        var n = Mean.Length;
        return new Prior(Mean, [.. Enumerable.Range(0, n).Select(i => variance ?? Math.Max(Covariance[(i * n) + i], 1e-12))]);
    }

    private static void Add(ReadOnlySpan<double> states, int size, double[] mean, double[] covariance)
    {
        for (var start = 0; start < states.Length; start += size)
        {
            var state = states.Slice(start, size);
            System.Numerics.Tensors.TensorPrimitives.Add(mean, state, mean);
            for (var i = 0; i < size; i++)
            {
                var row = covariance.AsSpan(i * size, size);
                System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(state, state[i], row, row);
            }
        }
    }

    private static ModelClimatology Finish(double[] mean, double[] covariance, int count, StateLayout layout)
    {
        var n = mean.Length;
        for (var i = 0; i < n; i++)
        {
            mean[i] /= count;
        }

        var grid = layout.Grid is { IsTranslationInvariant: true } same ? same : null;
        if (grid is not null)
        {
            Array.Fill(mean, mean.Average());
        }

        for (var i = 0; i < n * n; i++)
        {
            covariance[i] = (covariance[i] / count) - (mean[i / n] * mean[i % n]);
        }

        return new ModelClimatology(mean, grid is not null ? Pooled(covariance, grid) : covariance);
    }

    // Over all pairs of one displacement, or of its opposite.
    private static double[] Pooled(double[] covariance, Grid grid)
    {
        var n = grid.Size;
        var (sums, pairs) = (new double[n], new double[n]);
        int[] displacement = [.. Enumerable.Range(0, n * n).Select(i => Math.Min(grid.Displacement(i / n, i % n), grid.Displacement(i % n, i / n)))];
        for (var i = 0; i < n * n; i++)
        {
            sums[displacement[i]] += covariance[i];
            pairs[displacement[i]]++;
        }

        return Array.ConvertAll(displacement, d => sums[d] / pairs[d]);
    }
}
