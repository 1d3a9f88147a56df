using System.Numerics.Tensors;
using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;

namespace Coda.Classical.Variational.Filters;

/// <summary>The Kalman update of a state and its covariance by one step's observations, one after another. Not thread-safe.</summary>
/// <remarks>
/// For each observation with H linearized to the row h: s = h P hᵀ + r, x += P hᵀ (y - H(x)) / s, P -= P hᵀ h P / s. Rows of P wait for several observations,
/// unless one is asked for, so that a large P is not read and written for each of them; every entry takes its terms in their order, to the same bits.
/// </remarks>
/// <param name="model">Whose operator H is.</param>
/// <param name="entries">The entries of the state that P is of, rising, where it is not of all: the others are certain, and stay.</param>
internal sealed class ObservationUpdate(LinearizedModel model, int[]? entries = null) : IDisposable
{
    private const int MostWaiting = 16;

    private readonly Jacobian _observations = model.StartObservations();
    private readonly double[] _forecast = new double[model.Layout.Size];
    private readonly double[][] _columns = [.. Enumerable.Range(0, MostWaiting).Select(_ => new double[entries?.Length ?? model.Layout.Size])]; // P hᵀ
    private readonly double[] _variances = new double[MostWaiting]; // s
    private readonly int[] _done = new int[entries?.Length ?? model.Layout.Size]; // of the columns that wait, by row of P
    private int _waiting;

    /// <summary>Takes the observations of one step in.</summary>
    /// <param name="observations">The observations of a stretch.</param>
    /// <param name="row">The step within it.</param>
    /// <param name="state">x, forecast on entry, analysis on return. [space]</param>
    /// <param name="covariance">P, symmetric, likewise. [space, space], or [entry, entry]</param>
    /// <param name="stride">The length of a row of P.</param>
    /// <param name="watch">Takes the innovations.</param>
    public void Assimilate(ObservationTerms observations, int row, Span<double> state, Span<double> covariance, int stride, IInnovations watch)
    {
        var (start, end) = observations.At(row);
        watch.Begin(end - start);
        if (start == end)
        {
            return;
        }

        state.CopyTo(_forecast);
        _observations.Evaluate(_forecast, 1);
        for (var o = start; o < end; o++)
        {
            var site = observations.Sites[o];
            var innovation = observations.Values[o] - _observations.Value(0)[site];
            var variance = observations.Variances[o];
            var column = _columns[_waiting];
            Array.Clear(column);
            foreach (var i in _observations.ColumnsOf[site])
            {
                var weight = _observations.Entry(0, site, i);
                innovation -= weight * (state[i] - _forecast[i]);
                if (PlaceOf(i) is >= 0 and var place)
                {
                    TensorPrimitives.MultiplyAdd(Row(covariance, place, stride), weight, column, column);
                }
            }

            foreach (var i in _observations.ColumnsOf[site])
            {
                variance += PlaceOf(i) is >= 0 and var place ? _observations.Entry(0, site, i) * column[place] : 0;
            }

            watch.Add(site, observations.Values[o], innovation, variance - observations.Variances[o], observations.Variances[o]);
            Add(column, innovation / variance, state);
            _variances[_waiting++] = variance;
            if (_waiting == MostWaiting || o == end - 1)
            {
                Finish(covariance, stride);
            }
        }
    }

    // A row of P with everything that waits for it.
    private Span<double> Row(Span<double> covariance, int place, int stride)
    {
        var row = covariance.Slice(place * stride, _done.Length);
        for (; _done[place] < _waiting; _done[place]++)
        {
            var column = _columns[_done[place]];
            TensorPrimitives.MultiplyAdd(column, -column[place] / _variances[_done[place]], row, row);
        }

        return row;
    }

    private void Finish(Span<double> covariance, int stride)
    {
        for (var place = 0; place < _done.Length; place++)
        {
            _ = Row(covariance, place, stride);
        }

        Array.Clear(_done);
        _waiting = 0;
    }

    // An entry's row in P; negative where there is none.
    private int PlaceOf(int entry) => entries is null ? entry : Array.BinarySearch(entries, entry);

    private void Add(double[] column, double factor, Span<double> state)
    {
        if (entries is null)
        {
            TensorPrimitives.MultiplyAdd(column, factor, state, state);
            return;
        }

        for (var i = 0; i < entries.Length; i++)
        {
            state[entries[i]] += column[i] * factor;
        }
    }

    /// <summary>Frees the operator's buffers.</summary>
    public void Dispose() => _observations.Dispose();
}
