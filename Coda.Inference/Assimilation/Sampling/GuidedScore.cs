using System.Numerics.Tensors;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation.Sampling;

/// <summary>The states expected without noise, given the trajectories with noise and the observations: D + σ² ∂D/∂x(t)ᵀ Hᵀ u with (R + H V Hᵀ) u = y - H D.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class GuidedScore
{
    private readonly TrajectoryScore _score;
    private readonly ObservedTrajectory _observed;
    private readonly ScoreGuidance _guidance;
    private readonly double _gamma;
    private readonly int _iterations;
    private readonly float[] _sensitivities; // [member, time, space]
    private readonly float[] _gradient;
    private readonly float[] _unused;
    private readonly double[] _u; // [member, observation]
    private readonly double[] _residual;
    private readonly double[] _direction;
    private readonly double[] _applied;
    private readonly double[] _squares; // [member]

    /// <summary>Makes the buffers.</summary>
    /// <param name="score">The score of all members together.</param>
    /// <param name="observed">What is observed of each.</param>
    /// <param name="guidance">How the likelihood is approximated.</param>
    /// <param name="gamma">γ.</param>
    /// <param name="iterations">The conjugate gradients' iterations.</param>
    public GuidedScore(TrajectoryScore score, ObservedTrajectory observed, ScoreGuidance guidance, double gamma, int iterations)
    {
        (_score, _observed, _guidance, _gamma, _iterations) = (score, observed, guidance, gamma, iterations);
        var (size, count) = (score.Trajectories * score.Length * score.StateSize, score.Trajectories * observed.Count);
        (_sensitivities, _gradient, _unused) = (new float[size], new float[size], new float[size]);
        (_u, _residual, _direction, _applied) = (new double[count], new double[count], new double[count], new double[count]);
        _squares = new double[score.Trajectories];
    }

    /// <summary>Computes them.</summary>
    /// <param name="states">x(t), of every member. [member, time, space]</param>
    /// <param name="noise">σ.</param>
    /// <param name="expected">Takes the states. [member, time, space]</param>
    public void Expect(ReadOnlySpan<float> states, double noise, Span<float> expected)
    {
        if (_observed.Count == 0)
        {
            _score.Evaluate(states, noise, _sensitivities, expected, _gradient);
            return;
        }

        var variance = noise * noise;
        _observed.Spread(_u, _sensitivities); // of the level before; 0 at first, and where it is not used
        _score.Evaluate(states, noise, _sensitivities, expected, _gradient);
        _observed.Depart(expected, _residual);
        switch (_guidance)
        {
            case ScoreGuidance.Covariance:
                Solve(states, noise);
                break;
            default:
                _observed.Divide(_residual, _gamma * variance);
                _observed.Spread(_residual, _sensitivities);
                if (_guidance == ScoreGuidance.Identity)
                {
                    _sensitivities.CopyTo(_gradient, 0);
                }
                else
                {
                    _score.Evaluate(states, noise, _sensitivities, _unused, _gradient);
                }

                break;
        }

        TensorPrimitives.MultiplyAdd(_gradient, (float)variance, expected, expected);
    }

    // Conjugate gradients from the solution before, each member by itself; _gradient ends as ∂D/∂xᵀ Hᵀ u.
    private void Solve(ReadOnlySpan<float> states, double noise)
    {
        var (count, size, variance) = (_observed.Count, _gradient.Length / _score.Trajectories, noise * noise);
        _observed.Apply(_u, _gradient, variance, _applied);
        TensorPrimitives.Subtract<double>(_residual, _applied, _residual);
        _residual.CopyTo(_direction, 0);
        var gradient = (float[])_gradient.Clone();
        for (var member = 0; member < _squares.Length; member++)
        {
            _squares[member] = Squares(_residual.AsSpan(member * count, count));
        }

        for (var iteration = 0; iteration < _iterations; iteration++)
        {
            _observed.Spread(_direction, _sensitivities);
            _score.Evaluate(states, noise, _sensitivities, _unused, _gradient);
            _observed.Apply(_direction, _gradient, variance, _applied);
            for (var member = 0; member < _squares.Length; member++)
            {
                var (own, along) = (new Range(member * count, (member + 1) * count), new Range(member * size, (member + 1) * size));
                var curvature = TensorPrimitives.Dot<double>(_direction.AsSpan(own), _applied.AsSpan(own));
                if (!(curvature > 0) || _squares[member] == 0)
                {
                    _direction.AsSpan(own).Clear(); // the derivative, which is not quite symmetric, leads no further here
                    continue;
                }

                var step = _squares[member] / curvature;
                TensorPrimitives.MultiplyAdd(_direction.AsSpan(own), step, _u.AsSpan(own), _u.AsSpan(own));
                TensorPrimitives.MultiplyAdd(_applied.AsSpan(own), -step, _residual.AsSpan(own), _residual.AsSpan(own));
                TensorPrimitives.MultiplyAdd(_gradient.AsSpan(along), (float)step, gradient.AsSpan(along), gradient.AsSpan(along));
                var squares = Squares(_residual.AsSpan(own));
                TensorPrimitives.MultiplyAdd(_direction.AsSpan(own), squares / _squares[member], _residual.AsSpan(own), _direction.AsSpan(own));
                _squares[member] = squares;
            }
        }

        gradient.CopyTo(_gradient, 0);
    }

    private static double Squares(ReadOnlySpan<double> values) => TensorPrimitives.SumOfSquares(values);
}
