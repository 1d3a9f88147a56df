using Coda.Classical.Numerics;
using Coda.Data.Dynamics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Coda.Classical.Tuning;

/// <summary>The Gaussian posterior around the point where a fit ended (Laplace), on coordinates.</summary>
internal sealed class FitPosterior
{
    private readonly int[] _columnOf; // of each unknown; -1 for one that is known
    private readonly Matrix<double> _covariance;
    private readonly double[] _departures; // observations less fit, in units of the errors

    private FitPosterior(IReadOnlyList<FitUnknown> unknowns, double[] point, double[] coordinates, Matrix<double> covariance, double[] departures, double scale)
    {
        (Point, Coordinates, _covariance, _departures) = (point, coordinates, covariance, departures);
        var column = 0;
        _columnOf = [.. unknowns.Select(u => u.IsKnown ? -1 : column++)];

        // What the priors do not determine the observations do: so many degrees of freedom are used up.
        var determined = unknowns.Select((u, i) => (u, i)).Where(p => !p.u.IsKnown)
            .Sum(p => 1 - Math.Pow(p.u.ShareOfPrior(coordinates[p.i], DeviationOf(p.i)), 2));
        ResidualScale = scale * Math.Sqrt(departures.Sum(d => d * d) / Math.Max(1, departures.Length - determined));
    }

    /// <summary>The free coordinates.</summary>
    public double[] Point { get; }

    /// <summary>The coordinates of all unknowns.</summary>
    public double[] Coordinates { get; }

    /// <summary>The factor of the errors at which the misfit is as large as the degrees of freedom that are left.</summary>
    public double ResidualScale { get; }

    /// <summary>The posterior at a point.</summary>
    /// <param name="misfit">What was made small.</param>
    /// <param name="unknowns">The numbers.</param>
    /// <param name="point">The free coordinates.</param>
    /// <param name="scale">The factor of the errors.</param>
    /// <exception cref="DivergenceException">A number has no effect there.</exception>
    public static FitPosterior At(RecordMisfit misfit, IReadOnlyList<FitUnknown> unknowns, double[] point, double scale)
    {
        var residuals = misfit.Residuals(point);
        var jacobian = DenseMatrix.OfArray(misfit.Derivatives(point, residuals));
        var inverse = jacobian.QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin).R.Inverse();
        var covariance = inverse.TransposeAndMultiply(inverse);
        if (!covariance.Diagonal().All(double.IsFinite))
        {
            throw new DivergenceException("The fit: expected numbers that change the observations or their prior, got one that changes neither where the fit "
                + "ended; give it a prior, or its value, or another start.");
        }

        return new FitPosterior(unknowns, point, misfit.Coordinates(point), covariance, residuals[..misfit.ObservationCount], scale);
    }

    /// <summary>The covariance of two coordinates; 0 with one that is known.</summary>
    /// <param name="unknown">The one.</param>
    /// <param name="other">The other.</param>
    public double Covariance(int unknown, int other) =>
        (_columnOf[unknown], _columnOf[other]) is ( >= 0 and var row, >= 0 and var column) ? _covariance[row, column] : 0;

    /// <summary>The standard deviation of a coordinate.</summary>
    /// <param name="unknown">Its index.</param>
    public double DeviationOf(int unknown) => Math.Sqrt(Covariance(unknown, unknown));

    /// <summary>The correlations of the first unknowns. [unknown][unknown]</summary>
    /// <param name="count">Their number.</param>
    public double[][] Correlations(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, count)
            .Select(j => i == j ? 1 : Covariance(i, j) is 0 ? 0 : Covariance(i, j) / (DeviationOf(i) * DeviationOf(j))).ToArray()),
    ];

    /// <summary>The root mean square of the observations less the fit.</summary>
    /// <param name="trajectories">The observations.</param>
    /// <param name="scale">The factor of the errors that the fit was made with.</param>
    public double Misfit(IReadOnlyList<RecordTrajectory> trajectories, double scale)
    {
        var deviations = trajectories.SelectMany(t => t.Deviations);
        return Math.Sqrt(_departures.Zip(deviations, (d, s) => d * d * s * s * scale * scale).Average());
    }
}
