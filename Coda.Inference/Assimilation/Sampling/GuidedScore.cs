using System.Numerics.Tensors;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation.Sampling;

/// <summary>The states expected without noise, given those with noise and the observations: D + σ² ∂D/∂x(t)ᵀ Hᵀ u with (R + H V Hᵀ) u = y - H D.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class GuidedScore
{
    private readonly TrajectoryScore _score;
    private readonly ObservedTrajectory _observed;
    private readonly ScoreGuidance _guidance;
    private readonly double _gamma;
    private readonly int _iterations;
    private readonly float[] _sensitivities; // [particle, time, space]
    private readonly float[] _gradient;
    private readonly float[] _unused;
    private readonly double[] _residual; // [particle, observation]
    private readonly double[] _direction;
    private readonly double[] _applied;
    private readonly double[] _squares; // [particle]
    private CounterRandom _signs;

    /// <summary>Makes the buffers.</summary>
    /// <param name="score">The score of all particles together.</param>
    /// <param name="observed">What is observed of each.</param>
    /// <param name="guidance">How the likelihood is approximated.</param>
    /// <param name="gamma">γ.</param>
    /// <param name="iterations">The conjugate gradients' iterations.</param>
    /// <param name="signs">Draws the probes of the derivative.</param>
    public GuidedScore(
        TrajectoryScore score, ObservedTrajectory observed, ScoreGuidance guidance, double gamma, int iterations, CounterRandom signs)
    {
        (_score, _observed, _guidance, _gamma, _iterations, _signs) = (score, observed, guidance, gamma, iterations, signs);
        var (size, count) = (score.Trajectories * score.Length * score.StateSize, score.Trajectories * observed.Count);
        (_sensitivities, _gradient, _unused) = (new float[size], new float[size], new float[size]);
        (_residual, _direction, _applied) = (new double[count], new double[count], new double[count]);
        (Denoised, Expected) = (new float[size], new float[size]);
        (_squares, LogLikelihoods) = (new double[score.Trajectories], new double[score.Trajectories]);
    }

    /// <summary>The number of particles.</summary>
    public int Count => _squares.Length;

    /// <summary>The length of a particle's trajectory.</summary>
    public int Size => Expected.Length / Count;

    /// <summary>D, without regard to the observations. [particle, time, space]</summary>
    public float[] Denoised { get; }

    /// <summary>What is expected given the observations, too. [particle, time, space]</summary>
    public float[] Expected { get; }

    /// <summary>The logarithm of N(y | H D, R + v I) but for a constant, v the mean variance that σ² ∂D/∂x has at what is observed. [particle]</summary>
    public double[] LogLikelihoods { get; }

    /// <summary>Computes them.</summary>
    /// <param name="states">x(t), of every particle. [particle, time, space]</param>
    /// <param name="noise">σ.</param>
    public void Evaluate(ReadOnlySpan<float> states, double noise)
    {
        var variance = noise * noise;
        for (var i = 0; i < _direction.Length; i++)
        {
            _direction[i] = (_signs.NextBits() & 1) == 0 ? 1 : -1;
        }

        _observed.Spread(_direction, _sensitivities);
        _score.Evaluate(states, noise, _sensitivities, Denoised, _gradient);
        Denoised.CopyTo(Expected, 0);
        if (_observed.Count == 0)
        {
            return;
        }

        _observed.Depart(Denoised, _residual);
        _observed.LogLikelihoods(_residual, variance * Math.Clamp(_observed.Trace(_direction, _gradient), 0, 1 / (1 + variance)), LogLikelihoods);
        Guide(states, noise);
        TensorPrimitives.MultiplyAdd(_gradient, (float)variance, Expected, Expected);
    }

    /// <summary>Puts particles in the places of others.</summary>
    /// <param name="drawn">Whose copy each place takes.</param>
    /// <param name="states">Their x(t), which are exchanged, too. [particle, time, space]</param>
    public void Draw(int[] drawn, float[] states)
    {
        foreach (var array in new[] { states, Denoised, Expected })
        {
            var before = (float[])array.Clone();
            for (var particle = 0; particle < Count; particle++)
            {
                before.AsSpan(drawn[particle] * Size, Size).CopyTo(array.AsSpan(particle * Size));
            }
        }

        double[] likelihoods = [.. drawn.Select(particle => LogLikelihoods[particle])];
        likelihoods.CopyTo(LogLikelihoods, 0);
    }

    // _gradient ends as ∂D/∂xᵀ Hᵀ u.
    private void Guide(ReadOnlySpan<float> states, double noise)
    {
        if (_guidance == ScoreGuidance.Covariance)
        {
            Solve(states, noise);
            return;
        }

        _observed.Divide(_residual, (_guidance == ScoreGuidance.Identity ? 1 : _gamma) * noise * noise);
        _observed.Spread(_residual, _sensitivities);
        if (_guidance == ScoreGuidance.Identity)
        {
            _sensitivities.CopyTo(_gradient, 0);
        }
        else
        {
            _score.Evaluate(states, noise, _sensitivities, _unused, _gradient);
        }
    }

    // Conjugate gradients from 0, each particle by itself. From the solution of the evaluation before they diverged with the noise: few iterations leave out
    // directions in which the derivative is not what a covariance would be.
    private void Solve(ReadOnlySpan<float> states, double noise)
    {
        var count = _observed.Count;
        _residual.CopyTo(_direction, 0);
        var gradient = new float[_gradient.Length];
        for (var particle = 0; particle < Count; particle++)
        {
            _squares[particle] = TensorPrimitives.SumOfSquares<double>(_residual.AsSpan(particle * count, count));
        }

        for (var iteration = 0; iteration < _iterations; iteration++)
        {
            _observed.Spread(_direction, _sensitivities);
            _score.Evaluate(states, noise, _sensitivities, _unused, _gradient);
            _observed.Apply(_direction, _gradient, noise * noise, _applied);
            for (var particle = 0; particle < Count; particle++)
            {
                Advance(particle, gradient.AsSpan(particle * Size, Size));
            }
        }

        gradient.CopyTo(_gradient, 0);
    }

    private void Advance(int particle, Span<float> gradient)
    {
        var count = _observed.Count;
        var (direction, applied) = (new Memory<double>(_direction, particle * count, count), new Memory<double>(_applied, particle * count, count));
        var residual = _residual.AsSpan(particle * count, count);
        var curvature = TensorPrimitives.Dot<double>(direction.Span, applied.Span);
        if (!(curvature > _observed.Curvature(direction.Span)) || _squares[particle] == 0)
        {
            direction.Span.Clear(); // the derivative, which is not quite symmetric, leads no further here
            return;
        }

        var step = _squares[particle] / curvature;
        TensorPrimitives.MultiplyAdd(applied.Span, -step, residual, residual);
        TensorPrimitives.MultiplyAdd(_gradient.AsSpan(particle * Size, Size), (float)step, gradient, gradient);
        var squares = TensorPrimitives.SumOfSquares<double>(residual);
        TensorPrimitives.MultiplyAdd(direction.Span, squares / _squares[particle], residual, direction.Span);
        _squares[particle] = squares;
    }
}
