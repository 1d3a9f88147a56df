using Coda.Classical.Tuning.Windows;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Coda.Classical.Tuning.Likelihood;

/// <summary>The method of scoring, damped as Levenberg and Marquardt do, to the point of greatest likelihood and prior near a start.</summary>
/// <remarks>(F + P + λ diag) δ = score, F Fisher's information and P the prior's; λ follows the ratio of the gain to what was promised (H. B. Nielsen,
/// IMM-REP-1999-05).</remarks>
/// <param name="likelihood">The likelihood.</param>
/// <param name="numbers">The numbers, with what is known of them before.</param>
internal sealed class MethodOfScoring(InnovationLikelihood likelihood, IReadOnlyList<WindowParameter> numbers)
{
    private const double LeastMove = 0.1;    // of the standard errors together
    private const double LeastGain = 0.05;   // of the logarithm of the likelihood
    private const double FirstDamping = 1e-2;
    private const double MostDamping = 1e8;

    private double _damping;
    private double _growth;

    /// <summary>Goes to the nearest rest.</summary>
    /// <param name="start">Where to start. [number]</param>
    /// <param name="free">How many numbers, from the first, are free; the others stay.</param>
    /// <param name="passes">The most steps.</param>
    /// <param name="report">Told of the cost before each step.</param>
    public ScoredPoint Maximize(double[] start, int free, int passes, Action<double> report)
    {
        (_damping, _growth) = (FirstDamping, 2);
        var point = About(start, free, 0);
        while (true)
        {
            report(point.Cost);
            if (!double.IsFinite(point.Cost) || point.Move < LeastMove * LeastMove)
            {
                return point with { IsAtRest = double.IsFinite(point.Cost) };
            }

            if (point.Passes == passes)
            {
                return point;
            }

            if (Next(point) is not { } next)
            {
                return point with { IsAtRest = true }; // no step lowers the cost by what is resolved
            }

            var before = point.Cost;
            point = About(next, free, point.Passes + 1);
            if (before - point.Cost < LeastGain)
            {
                report(point.Cost);
                return point with { IsAtRest = true };
            }
        }
    }

    // The first step that lowers the cost.
    private double[]? Next(ScoredPoint from)
    {
        while (_damping <= MostDamping)
        {
            var step = (from.Precision + (_damping * (Matrix<double>)DenseMatrix.OfDiagonalVector(from.Precision.Diagonal()))).Solve(from.Right);
            double[] next = [.. from.Point.Select((value, j) => j >= step.Count ? value
                : numbers[j].Moved(value, step[j], (numbers[j].Definition.Lower, numbers[j].Definition.Upper)))];
            var gain = from.Cost - likelihood.At(next).Sum(w => w.Cost) - PriorCost(next);
            if (gain > 0)
            {
                var promised = step.DotProduct(from.Right) - (0.5 * step.DotProduct(from.Precision * step));
                (_damping, _growth) = (_damping * Math.Max(1 / 3.0, 1 - Math.Pow((2 * gain / promised) - 1, 3)), 2);
                return next;
            }

            (_damping, _growth) = (_damping * _growth, _growth * 2);
        }

        return null;
    }

    private ScoredPoint About(double[] point, int free, int passes)
    {
        var known = numbers.Take(free).ToList();
        var equations = likelihood.About(point, [.. known.Select((n, j) => n.Unit(point[j]))]);
        var prior = DenseVector.OfEnumerable(known.Select((n, j) => -n.Departure(point[j]) / Math.Pow(n.Deviation, 2)));
        return new ScoredPoint(point, equations.Cost + PriorCost(point), equations.Scores)
        {
            Right = equations.Scores.Aggregate((Vector<double>)prior, (sum, score) => sum + score),
            Precision = equations.Information + DenseMatrix.OfDiagonalArray([.. known.Select(n => 1 / (n.Deviation * n.Deviation))]),
            Passes = passes,
        };
    }

    private double PriorCost(double[] point) => point.Select((value, j) => 0.5 * Math.Pow(numbers[j].Departure(value) / numbers[j].Deviation, 2)).Sum();
}
