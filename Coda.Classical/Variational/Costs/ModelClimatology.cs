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

    private ModelClimatology(double[] mean, double[] variances, double[]? covariance) => (Mean, Variances, Covariance) = (mean, variances, covariance ?? []);

    /// <summary>The mean state. [space]</summary>
    public double[] Mean { get; }

    /// <summary>The variances. [space]</summary>
    public double[] Variances { get; }

    /// <summary>The covariance, where it was asked for. [space, space]</summary>
    public double[] Covariance { get; }

    /// <summary>Lets a model run.</summary>
    /// <param name="model">The model.</param>
    /// <param name="hasCovariance">Whether the covariance is computed, a matrix of the state, and not the variances alone.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="DivergenceException">The run left the range of finite numbers.</exception>
    public static ModelClimatology Of(LinearizedModel model, bool hasCovariance, CancellationToken cancellation)
    {
        var size = model.Layout.Size;
        using var m = model.StartTangent();
        double[] states = [.. Enumerable.Range(0, Runs).SelectMany(model.TypicalState)];
        var next = new double[states.Length];
        var (mean, products) = (new double[size], new double[hasCovariance ? size * size : size]);
        var spinUp = (int)Math.Min(MostSteps, Math.Ceiling(SpinUp / model.StepLength));
        for (var step = 1; step <= spinUp + (Samples * Interval); step++)
        {
            cancellation.ThrowIfCancellationRequested();
            m.Apply(states, next, Runs, model.TypicalForcing(step - 1));
            (states, next) = (next, states);
            if (!double.IsFinite(System.Numerics.Tensors.TensorPrimitives.SumOfMagnitudes<double>(states)))
            {
                throw new DivergenceException(
                    $"A free run of the model diverged at step {step}: its states are no longer finite. Take a smaller step than {model.StepLength}.");
            }

            if (step > spinUp && step % Interval == 0)
            {
                Add(states, size, mean, products);
            }
        }

        return Finish(mean, products, Runs * Samples, model.Layout);
    }

    /// <summary>A prior of independent errors with the climatology's mean and variances.</summary>
    /// <param name="variance">The variance of every entry, in place of the climatology's.</param>
    public Prior Prior(double? variance) => new(Mean, Array.ConvertAll(Variances, v => variance ?? Math.Max(v, 1e-12)));

    // Products of entries: of all pairs, or of each with itself.
    private static void Add(ReadOnlySpan<double> states, int size, double[] mean, double[] products)
    {
        for (var start = 0; start < states.Length; start += size)
        {
            var state = states.Slice(start, size);
            System.Numerics.Tensors.TensorPrimitives.Add(mean, state, mean);
            if (products.Length == size)
            {
                System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(state, state, products, products);
                continue;
            }

            for (var i = 0; i < size; i++)
            {
                var row = products.AsSpan(i * size, size);
                System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(state, state[i], row, row);
            }
        }
    }

    private static ModelClimatology Finish(double[] mean, double[] products, int count, StateLayout layout)
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

        if (products.Length == n)
        {
            double[] variances = [.. products.Select((product, i) => (product / count) - (mean[i] * mean[i]))];
            return new(mean, grid is null ? variances : [.. Enumerable.Repeat(variances.Sum() / n, n)], null);
        }

        for (var i = 0; i < n * n; i++)
        {
            products[i] = (products[i] / count) - (mean[i / n] * mean[i % n]);
        }

        var covariance = grid is null ? products : Pooled(products, grid);
        return new(mean, [.. Enumerable.Range(0, n).Select(i => covariance[(i * n) + i])], covariance);
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
