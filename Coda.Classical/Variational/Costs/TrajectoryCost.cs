using Coda.Classical.Variational.Tangents;

namespace Coda.Classical.Variational.Costs;

/// <summary>The weak-constraint cost of a trajectory, by step: at its minimum, twice the cost has the number of observations as its expected value.</summary>
/// <param name="count">The number of steps.</param>
/// <param name="shares">How the model's error variance is shared among entries; nothing where all have the same.</param>
internal sealed class TrajectoryCost(int count, ErrorShares? shares = null)
{
    private readonly double[] _costs = new double[count];
    private readonly int[] _observed = new int[count];

    /// <summary>The number of steps.</summary>
    public int Count => _costs.Length;

    /// <summary>Twice the cost over the number of observations: near 1 where model, Q and R are right and the minimum is the one sought.</summary>
    /// <param name="first">The first step.</param>
    /// <param name="length">The number of steps.</param>
    public double Misfit(int first, int length)
    {
        var (cost, observed) = (0.0, 0);
        for (var k = first; k < Math.Min(first + length, Count); k++)
        {
            (cost, observed) = (cost + _costs[k], observed + _observed[k]);
        }

        return 2 * cost / Math.Max(1, observed);
    }

    /// <summary>The number of observations.</summary>
    /// <param name="first">The first step.</param>
    /// <param name="length">The number of steps.</param>
    public int Observed(int first, int length) => _observed.AsSpan(first, length).ToArray().Sum();

    /// <summary>Adds the model's error and the observations' misfit at some steps.</summary>
    /// <param name="states">The whole trajectory. [time, space]</param>
    /// <param name="first">The first of the steps.</param>
    /// <param name="count">Their number.</param>
    /// <param name="terms">The observations.</param>
    /// <param name="variance">q.</param>
    /// <param name="model">M.</param>
    /// <param name="operation">H.</param>
    /// <param name="draws">What each step's model error has in place of 0, in units of √q; nothing for none. [time, space]</param>
    public void Add(
        ReadOnlySpan<double> states, int first, int count, ObservationTerms terms, double variance, Jacobian model, Jacobian operation,
        ReadOnlySpan<double> draws = default)
    {
        var (size, sites) = (model.InputSize, operation.OutputSize);
        var (next, seen) = (new double[count * size], new double[count * sites]);
        var part = states.Slice(first * size, count * size);
        model.Apply(part, next, count, terms.Forcing(first, count));
        operation.Apply(part, seen, count);
        for (var row = 0; row < count; row++)
        {
            AddObservations(first + row, terms, seen.AsSpan(row * sites, sites));
            if (first + row + 1 < Count)
            {
                AddDraw(next.AsSpan(row * size, size), draws, first + row, variance);
                AddModel(first + row, next.AsSpan(row * size, size), states.Slice((first + row + 1) * size, size), variance);
            }
        }
    }

    /// <summary>Adds an error, of the prior or of the model, at a step.</summary>
    /// <param name="row">The step, counted from the first.</param>
    /// <param name="control">The error in units in which its entries are independent and of variance 1. [control]</param>
    public void Add(int row, ReadOnlySpan<double> control) => _costs[row] += 0.5 * System.Numerics.Tensors.TensorPrimitives.SumOfSquares(control);

    /// <summary>Adds the misfit of a step's observations.</summary>
    /// <param name="row">The step, counted from the first.</param>
    /// <param name="observations">The observations.</param>
    /// <param name="seen">H of the state. [site]</param>
    public void AddObservations(int row, ObservationTerms observations, ReadOnlySpan<double> seen)
    {
        var (start, end) = observations.At(row);
        _observed[row] = end - start;
        for (var o = start; o < end; o++)
        {
            var departure = observations.Values[o] - seen[observations.Sites[o]];
            _costs[row] += 0.5 * departure * departure / observations.Variances[o];
        }
    }

    /// <summary>Adds a draw of the model's error to a forecast.</summary>
    /// <param name="forecast">M(x). [space]</param>
    /// <param name="draws">The draws of all steps, in units of √q; nothing for none. [time, space]</param>
    /// <param name="row">The step forecast from, counted from the first.</param>
    /// <param name="variance">q.</param>
    public static void AddDraw(Span<double> forecast, ReadOnlySpan<double> draws, int row, double variance)
    {
        if (!draws.IsEmpty)
        {
            var draw = draws.Slice(row * forecast.Length, forecast.Length);
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(draw, Math.Sqrt(variance), forecast, forecast);
        }
    }

    private void AddModel(int row, ReadOnlySpan<double> forecast, ReadOnlySpan<double> next, double variance)
    {
        if (shares is null)
        {
            var distance = System.Numerics.Tensors.TensorPrimitives.Distance(forecast, next);
            _costs[row] += 0.5 * distance * distance / variance;
            return;
        }

        for (var i = 0; i < next.Length; i++)
        {
            _costs[row] += 0.5 * (next[i] - forecast[i]) * (next[i] - forecast[i]) * shares.Inverse[i] / variance;
        }
    }

    /// <summary>Adds the departure from the prior at the first step.</summary>
    public void AddPrior(ReadOnlySpan<double> state, Prior prior)
    {
        if (prior.Information is { } information)
        {
            double[] change = [.. state];
            System.Numerics.Tensors.TensorPrimitives.Subtract(change, prior.Mean, change);
            for (var i = 0; i < change.Length; i++)
            {
                var row = information.AsSpan(i * change.Length, change.Length);
                _costs[0] += 0.5 * change[i] * System.Numerics.Tensors.TensorPrimitives.Dot(row, change);
            }

            return;
        }

        for (var i = 0; i < state.Length; i++)
        {
            var departure = state[i] - prior.Mean[i];
            _costs[0] += 0.5 * departure * departure / prior.Variances[i];
        }
    }
}
