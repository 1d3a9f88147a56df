using System.Numerics.Tensors;
using Coda.Classical.Numerics;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Foundation;

namespace Coda.Classical.Variational.Tiles;

/// <summary>One worker's linearization of model and observations about some steps of a trajectory on a ring, written into normal equations.</summary>
internal sealed class RingLinearization : IDisposable
{
    private const ulong NoisePurpose = 0x5A11;
    private const ulong ObservationPurpose = 0x5A12;
    private const ulong PriorPurpose = 0x5A13;

    private readonly Jacobian _model;
    private readonly Jacobian _observations;
    private readonly int[][] _rowsOf;
    private readonly int[][] _sitesOf;
    private readonly int _size;

    /// <summary>Makes a worker.</summary>
    /// <param name="model">The model M and the operator H.</param>
    public RingLinearization(LinearizedModel model)
    {
        (_model, _observations, _size) = (model.StartModel(), model.StartObservations(), model.Layout.Size);
        (_rowsOf, _sitesOf) = (_model.RowsOf, _observations.RowsOf);
        Scratch = new double[2 * _size];
    }

    /// <summary>Two states.</summary>
    public double[] Scratch { get; }

    /// <summary>M and its values.</summary>
    public Jacobian Model => _model;

    /// <summary>H and its values.</summary>
    public Jacobian Observations => _observations;

    /// <summary>Linearizes.</summary>
    /// <param name="states">The trajectory. [time, space]</param>
    /// <param name="first">The first of the steps.</param>
    /// <param name="count">Their number.</param>
    /// <param name="terms">The observations.</param>
    /// <param name="prior">Mean and variance at the first step of all.</param>
    /// <param name="equations">Take the diagonals of M and HᵀR⁻¹H, and the observations' and the prior's part of b.</param>
    /// <param name="departures">Takes M(x_k) - x_{k+1}. [time, space]</param>
    /// <exception cref="InvalidOperationException">The derivative has entries where the pattern has none.</exception>
    public void Write(double[] states, int first, int count, ObservationTerms terms, Prior prior, NormalEquations equations, double[] departures)
    {
        var part = states.AsSpan(first * _size, count * _size);
        _model.Evaluate(part, count, terms.Forcing(first, count));
        _observations.Evaluate(part, count);
        if (!ReferenceEquals(_model.RowsOf, _rowsOf) || !ReferenceEquals(_observations.RowsOf, _sitesOf))
        {
            throw new InvalidOperationException(
                "Solver 'tiled': expected derivatives that reach as far at every state as at the first few, got one that reaches further; set solver=dense.");
        }

        for (var row = 0; row < count; row++)
        {
            var k = first + row;
            Observe(row, k, terms, equations);
            if (k == 0)
            {
                AddPrior(states, prior, equations);
            }

            if (k + 1 < equations.Count)
            {
                WriteModel(row, k, equations.Model);
                TensorPrimitives.Subtract(_model.Value(row), states.AsSpan((k + 1) * _size, _size), departures.AsSpan(k * _size, _size));
            }
        }
    }

    /// <summary>Writes a right-hand side whose covariance is A, so that the solution is a sample of the posterior about its mean.</summary>
    /// <param name="states">The trajectory about which the equations are linear. [time, space]</param>
    /// <param name="first">The first of the steps.</param>
    /// <param name="count">Their number.</param>
    /// <param name="terms">The observations.</param>
    /// <param name="sample">Tells samples apart.</param>
    /// <param name="equations">A; takes the right-hand side.</param>
    public void WriteNoise(double[] states, int first, int count, ObservationTerms terms, int sample, NormalEquations equations)
    {
        _observations.Evaluate(states.AsSpan(first * _size, count * _size), count);
        for (var row = 0; row < count; row++)
        {
            var k = first + row;
            var right = equations.Right.AsSpan(k * _size, _size);
            Array.Clear(Scratch);
            right.Clear();
            if (k > 0)
            {
                Draw(NoisePurpose, sample, k - 1, Math.Sqrt(equations.Variance), Scratch.AsSpan(0, _size));
            }

            if (k + 1 < equations.Count)
            {
                Draw(NoisePurpose, sample, k, Math.Sqrt(equations.Variance), Scratch.AsSpan(_size));
            }

            equations.AddModel(k, Scratch, right);
            AddObservationNoise(row, k, terms, sample, right);
            if (k == 0)
            {
                AddPriorNoise(sample, equations, right);
            }
        }
    }

    /// <summary>Frees the model's buffers.</summary>
    public void Dispose()
    {
        _model.Dispose();
        _observations.Dispose();
    }

    private void WriteModel(int row, int k, RingBands bands)
    {
        for (var i = 0; i < _size; i++)
        {
            foreach (var m in _model.ColumnsOf[i])
            {
                bands.Diagonal(k, RingReach.Offset(i, m, _size))[i] = _model.Entry(row, i, m);
            }
        }
    }

    private void Observe(int row, int k, ObservationTerms terms, NormalEquations equations)
    {
        var right = equations.Right.AsSpan(k * _size, _size);
        right.Clear();
        equations.Information.Clear(k);
        var (start, end) = terms.At(k);
        for (var o = start; o < end; o++)
        {
            var site = terms.Sites[o];
            var columns = _observations.ColumnsOf[site];
            var departure = (terms.Values[o] - _observations.Value(row)[site]) / terms.Variances[o];
            foreach (var i in columns)
            {
                var weight = _observations.Entry(row, site, i);
                right[i] += weight * departure;
                foreach (var j in columns)
                {
                    equations.Information.Diagonal(k, RingReach.Offset(i, j, _size))[i] += weight * _observations.Entry(row, site, j) / terms.Variances[o];
                }
            }
        }
    }

    private static void Draw(ulong purpose, int sample, int k, double scale, Span<double> target)
    {
        var random = new CounterRandom(purpose, sample, k);
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = scale * random.NextGaussian();
        }
    }

    // HᵀR⁻½ e.
    private void AddObservationNoise(int row, int k, ObservationTerms terms, int sample, Span<double> right)
    {
        var (start, end) = terms.At(k);
        var random = new CounterRandom(ObservationPurpose, sample, k);
        for (var o = start; o < end; o++)
        {
            var noise = random.NextGaussian() / Math.Sqrt(terms.Variances[o]);
            foreach (var i in _observations.ColumnsOf[terms.Sites[o]])
            {
                right[i] += noise * _observations.Entry(row, terms.Sites[o], i);
            }
        }
    }

    private void AddPriorNoise(int sample, NormalEquations equations, Span<double> right)
    {
        var noise = new double[_size];
        Draw(PriorPurpose, sample, 0, 1, noise);
        for (var i = 0; i < _size; i++)
        {
            right[i] += noise[i] * Math.Sqrt(equations.Prior[i]);
        }
    }

    private void AddPrior(double[] states, Prior prior, NormalEquations equations)
    {
        for (var i = 0; i < _size; i++)
        {
            equations.Prior[i] = 1 / prior.Variances[i];
            equations.Information.Diagonal(0, 0)[i] += equations.Prior[i];
            equations.Right[i] += (prior.Mean[i] - states[i]) / prior.Variances[i];
        }
    }
}
