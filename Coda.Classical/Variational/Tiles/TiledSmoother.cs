using System.Numerics.Tensors;
using Coda.Classical.Numerics;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Smoothing;
using Coda.Classical.Variational.Tangents;

namespace Coda.Classical.Variational.Tiles;

/// <summary>Gauss-Newton passes on a large ring, whose cost grows linearly with its sites: the same equations as <see cref="TrajectorySmoother"/>'s, solved
/// by conjugate gradients.</summary>
internal sealed class TiledSmoother : ITrajectorySmoother
{
    private const int BatchEntries = 320; // sites times steps linearized at once; their arrays stay in the second-level cache
    private const int MostBatch = 8;
    private const double SampleTolerance = 3e-3;

    private readonly TileSettings _settings;
    private readonly int _size;
    private readonly int _batch;
    private readonly NormalEquations _equations;
    private readonly SpaceTile[] _tiles;
    private readonly WorkerLoop<RingLinearization> _rows;
    private readonly WorkerLoop<TileScratch> _parts;
    private readonly ConjugateGradients _solver;
    private double[] _departures = [];
    private double[] _states = []; // about which the equations are linear
    private ObservationTerms? _observations;

    /// <summary>Makes the smoother.</summary>
    /// <param name="model">The model M and the operator H.</param>
    /// <param name="settings">How the equations are solved.</param>
    public TiledSmoother(LinearizedModel model, TileSettings settings)
    {
        var plan = settings.Plan;
        (_settings, _size) = (settings, plan.Reach.Size);
        _batch = Math.Clamp(BatchEntries / _size, 1, MostBatch);
        _equations = new NormalEquations(plan.Reach);
        _tiles = plan.Tiles();
        _rows = new(settings.Workers, () => new RingLinearization(model), settings.Cancellation);
        _parts = new(settings.Workers, () => new TileScratch(plan.MostSites, plan.Reach.Width), settings.Cancellation);
        _solver = new ConjugateGradients(_equations, _tiles, _rows, _parts);
    }

    /// <inheritdoc/>
    public Pass Pass(Span<double> states, ObservationTerms observations, Prior prior, double modelVariance)
    {
        (_states, _observations) = (states.ToArray(), observations);
        Linearize(_states, observations, prior, modelVariance);
        var isDefinite = new bool[_tiles.Length];
        _parts.Run(_tiles.Length, (scratch, i) => isDefinite[i] = _tiles[i].Factor(_equations, scratch));
        if (!Array.TrueForAll(isDefinite, x => x))
        {
            return new Pass(double.NaN);
        }

        var (isSolved, iterations) = _solver.Solve(_settings.Tolerance, _settings.MostIterations);
        TensorPrimitives.Add(states, _solver.Solution, states);
        return new Pass(TensorPrimitives.Norm<double>(_solver.Solution) / Math.Sqrt(states.Length), isSolved, iterations);
    }

    /// <inheritdoc/>
    public TrajectoryCost Cost(ReadOnlySpan<double> states, ObservationTerms observations, Prior prior, double modelVariance)
    {
        var (cost, all) = (new TrajectoryCost(states.Length / _size), states.ToArray());
        _rows.Run(Batches(cost.Count), (worker, batch) =>
            cost.Add(all, batch * _batch, Math.Min(_batch, cost.Count - (batch * _batch)), observations, modelVariance, worker.Model, worker.Observations));
        cost.AddPrior(states[.._size], prior);
        return cost;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Var(x) = E Var(x | outside) + Var E(x | outside) in each tile. The first part is the tile's own, exactly; the second, the less the larger the halo, is
    /// the mean over a few samples of the posterior (P. Sidén, F. Lindgren, D. Bolin and M. Villani, J. Comput. Graph. Stat. 27, 2018,
    /// doi:10.1080/10618600.2018.1473782).
    /// </remarks>
    public int Variances(Span<double> variances)
    {
        var (all, unsolved) = (new double[variances.Length], 0);
        _parts.Run(_tiles.Length, (scratch, i) => _tiles[i].Variances(_equations, all, scratch));
        for (var sample = 0; sample < _settings.Samples; sample++)
        {
            _rows.Run(Batches(_equations.Count), (worker, batch) =>
                worker.WriteNoise(_states, batch * _batch, Math.Min(_batch, _equations.Count - (batch * _batch)), _observations!, sample, _equations));
            unsolved += _solver.Solve(SampleTolerance, _settings.MostIterations).IsSolved ? 0 : 1;
            _solver.AddOutside(all, 1.0 / _settings.Samples);
        }

        all.CopyTo(variances);
        return unsolved;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows.Dispose();
        _parts.Dispose();
    }

    private void Linearize(double[] states, ObservationTerms observations, Prior prior, double modelVariance)
    {
        var count = states.Length / _size;
        _equations.Reserve(count, modelVariance);
        if (_departures.Length != states.Length)
        {
            _departures = new double[states.Length];
        }

        _rows.Run(Batches(count), (worker, batch) =>
            worker.Write(states, batch * _batch, Math.Min(_batch, count - (batch * _batch)), observations, prior, _equations, _departures));
        _rows.Run(Batches(count), (worker, batch) =>
        {
            for (var k = batch * _batch; k < Math.Min(count, (batch + 1) * _batch); k++)
            {
                Array.Clear(worker.Scratch);
                if (k > 0)
                {
                    _departures.AsSpan((k - 1) * _size, _size).CopyTo(worker.Scratch);
                }

                if (k + 1 < count)
                {
                    _departures.AsSpan(k * _size, _size).CopyTo(worker.Scratch.AsSpan(_size));
                }

                _equations.AddModel(k, worker.Scratch, _equations.Right.AsSpan(k * _size, _size));
            }
        });
    }

    private int Batches(int count) => (count + _batch - 1) / _batch;
}
