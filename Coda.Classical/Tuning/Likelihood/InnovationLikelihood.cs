using Coda.Classical.Numerics;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Coda.Classical.Tuning.Likelihood;

/// <summary>The likelihood of the innovations of the extended Kalman filter in windows of a record, as a function of parameters and of the model's
/// error.</summary>
/// <remarks>
/// ½ Σ d² / s + log s. A window in which the filter has lost the truth has a cost, but no say in where to go. Derivatives of d and s are differences of filter
/// runs, one for each number; Fisher's information is Σ ∂d ∂dᵀ / s + ½ ∂s ∂sᵀ / s² (N. K. Gupta and R. K. Mehra, IEEE Trans. Automat. Contr. 19, 1974,
/// doi:10.1109/TAC.1974.1100714). Windows are run in batches of one size, and sums run in the windows' order, so that workers change no bit.
/// </remarks>
/// <param name="modelAt">M and H at a point, and the variances of the model's error in one step.</param>
/// <param name="windows">What each window observes.</param>
/// <param name="steps">Their steps, and the first of them whose innovations do not count.</param>
/// <param name="prior">What is known of the first state of each.</param>
/// <param name="warmUpError">The least variance of the model's error while the filter looks for the truth.</param>
/// <param name="workers">The number of workers.</param>
/// <param name="cancellation">Stops between batches.</param>
internal sealed class InnovationLikelihood(
    Func<double[], (LinearizedModel Model, double[] Errors)> modelAt, ObservationTerms[] windows, (int Count, int Margin) steps, Prior prior,
    double warmUpError, int workers, CancellationToken cancellation)
{
    private const int BatchSize = 64;
    private const double Difference = 1e-5; // in units

    private int Batches => (windows.Length + BatchSize - 1) / BatchSize;

    /// <summary>The innovations of each window at a point. [window]</summary>
    /// <param name="point">The parameters, then the variances. [number]</param>
    public IReadOnlyList<InnovationSum> At(double[] point)
    {
        using var loop = Loop([point]);
        var records = Records(windows.Length);
        loop.Run(Batches, (filters, batch) => Run(filters[0], batch, records.AsSpan(Part(batch))));
        return [.. records.Select(r => r.Sum())];
    }

    /// <summary>Cost, score and information at a point.</summary>
    /// <param name="point">The parameters, then the variances. [number]</param>
    /// <param name="units">What changes of the first of them, by which derivatives are taken, are counted in. [free]</param>
    public LikelihoodEquations About(double[] point, double[] units)
    {
        double[][] points = [point, .. units.Select((unit, j) => (double[])[.. point[..j], point[j] + (Difference * unit), .. point[(j + 1)..]])];
        using var loop = Loop(points);
        var (costs, scores, information) = (new double[windows.Length], new Vector<double>[windows.Length], new Matrix<double>[Batches]);
        loop.Run(Batches, (filters, batch) =>
        {
            var (first, count) = (Part(batch).Start.Value, Part(batch).End.Value - Part(batch).Start.Value);
            var runs = filters.Select(filter =>
            {
                var records = Records(count);
                Run(filter, batch, records);
                return records;
            }).ToArray();
            information[batch] = DenseMatrix.Create(units.Length, units.Length, 0);
            for (var w = 0; w < count; w++)
            {
                (costs[first + w], scores[first + w]) = (runs[0][w].Sum().Cost, Add([.. runs.Select(records => records[w])], information[batch]));
            }
        });
        return new(costs.Sum(), scores, information.Aggregate((sum, part) => sum + part));
    }

    // Adds a window's information; its score comes back.
    private static Vector<double> Add(InnovationRecord[] runs, Matrix<double> information)
    {
        var (n, count) = (runs.Length - 1, runs[0].Sum().IsLost ? 0 : runs[0].Count);
        var (score, ofMean, ofVariance) = (DenseVector.Create(n, 0), new double[n], new double[n]);
        for (var i = 0; i < count; i++)
        {
            var (d, s) = (runs[0].Innovation(i), runs[0].Variance(i));
            for (var j = 0; j < n; j++)
            {
                ofMean[j] = (runs[j + 1].Innovation(i) - d) / Difference;
                ofVariance[j] = (runs[j + 1].Variance(i) - s) / Difference / s;
                score[j] -= (d * ofMean[j] / s) + (0.5 * (1 - (d * d / s)) * ofVariance[j]);
                for (var k = 0; k <= j; k++)
                {
                    information[j, k] += (ofMean[j] * ofMean[k] / s) + (0.5 * ofVariance[j] * ofVariance[k]);
                }
            }
        }

        for (var j = 0; j < n; j++)
        {
            for (var k = 0; k < j; k++)
            {
                information[k, j] = information[j, k];
            }
        }

        return score;
    }

    // A filter for each point.
    private WorkerLoop<FilterSet> Loop(double[][] points)
    {
        (LinearizedModel Model, double[] Errors)[] models = [.. points.Select(modelAt)];
        return new(workers, () => new FilterSet(models, warmUpError), cancellation);
    }

    private void Run(InnovationFilter filter, int batch, ReadOnlySpan<InnovationRecord> records) =>
        filter.Run(windows.AsSpan(Part(batch)), records, steps.Count, steps.Margin, prior);

    private Range Part(int batch) => (batch * BatchSize)..Math.Min((batch + 1) * BatchSize, windows.Length);

    private static InnovationRecord[] Records(int count) => [.. Enumerable.Range(0, count).Select(_ => new InnovationRecord())];

    private sealed class FilterSet(IEnumerable<(LinearizedModel Model, double[] Errors)> models, double warmUpError) : IDisposable
    {
        private readonly InnovationFilter[] _filters = [.. models.Select(m => new InnovationFilter(m.Model, m.Errors, warmUpError))];

        public InnovationFilter this[int i] => _filters[i];

        public IEnumerable<T> Select<T>(Func<InnovationFilter, T> run) => _filters.Select(run);

        public void Dispose() => Array.ForEach(_filters, filter => filter.Dispose());
    }
}
