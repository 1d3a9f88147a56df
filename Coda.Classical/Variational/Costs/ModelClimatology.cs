using Coda.Classical.Correlations;
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
    private const int LargeState = 4096;
    private const int MostRuns = 32;
    private const int LeastRuns = 4;
    private const double SpinUp = 10;     // in units of time where a step is .01
    private const int MostSteps = 1000;
    private const int LeastSteps = 200;   // of a large state's spin-up
    private const int Samples = 50;
    private const int Interval = 10;
    private const int MostEntries = 1 << 24; // of samples that are kept

    private ModelClimatology(double[] mean, double[] variances) => (Mean, Variances) = (mean, variances);

    /// <summary>The mean state. [space]</summary>
    public double[] Mean { get; }

    /// <summary>The variances. [space]</summary>
    public double[] Variances { get; }

    /// <summary>The covariance, where it was asked for as a matrix. [space, space]</summary>
    public double[] Covariance { get; private init; } = [];

    /// <summary>The covariance, where it was asked for as an operator.</summary>
    public SpectralCovariance? Operator { get; private init; }

    /// <summary>Lets a model run.</summary>
    /// <param name="model">The model.</param>
    /// <param name="form">What is wanted beside mean and variances.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="DivergenceException">The run left the range of finite numbers.</exception>
    public static ModelClimatology Of(LinearizedModel model, CovarianceForm form, CancellationToken cancellation)
    {
        var (size, runs) = (model.Layout.Size, Runs(model.Layout));
        var (mean, products) = (new double[size], new double[form == CovarianceForm.Matrix ? size * size : size]);
        var (kept, every, at) = (new List<double[]>(), 1 + (int)((long)runs * Samples * size / MostEntries), 0);
        foreach (var states in FreeRun(model, cancellation))
        {
            Add(states, size, mean, products);
            for (var start = 0; form == CovarianceForm.Spectral && start < states.Length; start += size)
            {
                if (at++ % every == 0)
                {
                    kept.Add([.. states.AsSpan(start, size)]);
                }
            }
        }

        var climatology = Finish(mean, products, runs * Samples, model.Layout);
        foreach (var sample in kept)
        {
            System.Numerics.Tensors.TensorPrimitives.Subtract(sample, climatology.Mean, sample);
        }

        return form != CovarianceForm.Spectral
            ? climatology : new(climatology.Mean, climatology.Variances) { Operator = SpectralEstimate.Of(model.Layout, kept) };
    }

    // Fewer runs of large states, whose many sites make up for them.
    private static int Runs(StateLayout layout) =>
        layout.Size <= LargeState || layout.Grid is { IsPeriodicLine: true } ? MostRuns : Math.Max(LeastRuns, MostRuns * LargeState / layout.Size);

    /// <summary>The states that runs side by side come through, every few steps after their spin-up. [run, space]</summary>
    /// <param name="model">The model.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="DivergenceException">A run left the range of finite numbers.</exception>
    public static IEnumerable<double[]> FreeRun(LinearizedModel model, CancellationToken cancellation)
    {
        var runs = Runs(model.Layout);
        using var m = model.StartTangent();
        double[] states = [.. Enumerable.Range(0, runs).SelectMany(model.TypicalState)];
        var next = new double[states.Length];
        var spinUp = (int)Math.Min(MostSteps, Math.Ceiling(SpinUp / model.StepLength));
        spinUp = runs < MostRuns ? Math.Max(spinUp, LeastSteps) : spinUp;
        for (var step = 1; step <= spinUp + (Samples * Interval); step++)
        {
            cancellation.ThrowIfCancellationRequested();
            m.Apply(states, next, runs, model.TypicalForcing(step - 1));
            (states, next) = (next, states);
            if (!double.IsFinite(System.Numerics.Tensors.TensorPrimitives.SumOfMagnitudes<double>(states)))
            {
                throw new DivergenceException(
                    $"A free run of the model diverged at step {step}: its states are no longer finite. Take a smaller step than {model.StepLength}.");
            }

            if (step > spinUp && step % Interval == 0)
            {
                yield return states;
            }
        }
    }

    /// <summary>A prior of independent errors with the climatology's mean and variances.</summary>
    /// <param name="variance">The variance of every entry, in place of the climatology's.</param>
    public Prior Prior(double? variance) => new(Mean, Array.ConvertAll(Variances, v => variance ?? Math.Max(v, 1e-12)));

    /// <summary>The covariance as an operator.</summary>
    /// <param name="variance">The mean variance of an entry, in place of the climatology's.</param>
    /// <exception cref="InvalidOperationException">It was not asked for.</exception>
    public SpectralCovariance Correlated(double? variance)
    {
        var covariance = Operator ?? throw new InvalidOperationException("Expected a climatology with a spectral covariance, got one without.");
        return variance is { } given ? covariance.Times(Math.Sqrt(given / covariance.Variances.Average())) : covariance;
    }

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
            return new(mean, grid is null ? variances : [.. Enumerable.Repeat(variances.Sum() / n, n)]);
        }

        for (var i = 0; i < n * n; i++)
        {
            products[i] = (products[i] / count) - (mean[i / n] * mean[i % n]);
        }

        var covariance = grid is null ? products : Pooled(products, grid);
        return new(mean, [.. Enumerable.Range(0, n).Select(i => covariance[(i * n) + i])]) { Covariance = covariance };
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
