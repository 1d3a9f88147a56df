using System.Numerics.Tensors;
using Coda.Classical.Correlations;
using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Stretches;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational.Windows;

/// <summary>The covariance of the error of a filter's analyses, from the observations and from what the filter makes of them.</summary>
/// <remarks>
/// Its correlations are those of the increments from the model's forecast of a previous analysis to the analysis (after D. F. Parrish and J. C. Derber, Mon.
/// Weather Rev. 120, 1992, section 4), its size is what innovations d of these forecasts leave over: E d² = H B Hᵀ + R. No truth enters.
/// </remarks>
internal static class FirstGuessErrors
{
    private const int MostSamples = 64;
    private const double LeastShare = 0.1; // of the increments' variance

    /// <summary>Estimates it from a part of a record.</summary>
    /// <param name="model">M and H.</param>
    /// <param name="filter">The filter, in the units of the archive.</param>
    /// <param name="archive">The reference observations, in the units that the model works in.</param>
    /// <param name="noise">The variance of the observations' errors.</param>
    /// <param name="steps">The steps that the filter runs, from the record's start; their second half is used.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="InvalidDataException">The steps observe too little.</exception>
    public static SpectralCovariance Of(
        LinearizedModel model, AssimilationMethod filter, IObservationArchive archive, ErrorVariance noise, int steps, CancellationToken cancellation)
    {
        archive = PlausibleObservations.Of(archive);
        var record = archive.Description.Steps;
        var used = new StepRange(record.Start, Math.Min(record.End, record.Start + steps));
        var half = new StepRange(used.Start + (used.Count / 2), used.End);
        var terms = new ObservationTerms(archive.ReadObservations(0, half), half, noise, model.ForcingOf(archive));
        int[] observed = [.. Enumerable.Range(0, (int)half.Count).Where(row => terms.At(row) is var (start, end) && end > start)];
        var lead = observed.Length < 2 ? 1 : Math.Max(1, (observed[^1] - observed[0]) / (observed.Length - 1));
        int[] rows = [.. observed.Where(row => row >= lead)];
        rows = [.. rows.Where((_, i) => i % (1 + (rows.Length / MostSamples)) == 0)];
        if (rows.Length < 2)
        {
            throw new InvalidDataException($"Expected at least 2 observed steps among {half} to learn a first guess's errors from, got {rows.Length}; "
                + "raise statisticsSteps, or give backgroundVariance and lengthScale.");
        }

        var size = model.Layout.Size;
        using var map = model.StartTangent();
        using var operation = model.StartOperator();
        var request = new AnalysisRequest { Trajectories = [0], Steps = half, Cancellation = cancellation };
        using var analyses = new StateWindow(filter.Compute(archive, request), size);
        var (samples, excess, seen, count) = (new List<double[]>(), 0.0, new double[model.SiteCount], 0);
        var sites = new List<int>();
        foreach (var row in rows)
        {
            cancellation.ThrowIfCancellationRequested();
            var states = analyses.Take(new StepRange(half.Start + row - lead, half.Start + row + 1));
            var (forecast, next) = (states.AsSpan(0, size).ToArray(), new double[size]);
            for (var k = row - lead; k < row; k++)
            {
                map.Apply(forecast, next, 1, terms.Forcing(k));
                (forecast, next) = (next, forecast);
            }

            operation.Apply(forecast, seen, 1);
            for (var o = terms.At(row).Start; o < terms.At(row).End; o++)
            {
                var innovation = terms.Values[o] - seen[terms.Sites[o]];
                (excess, count) = (excess + (innovation * innovation) - terms.Variances[o], count + 1);
                sites.Add(model.Locations[terms.Sites[o]]);
            }

            TensorPrimitives.Subtract(states.AsSpan(lead * size), forecast, forecast);
            samples.Add(forecast);
        }

        var increments = SpectralEstimate.Of(model.Layout, samples);
        var ofIncrements = sites.Average(site => increments.Variances[site]);
        return increments.Times(Math.Sqrt(Math.Max(excess / count / ofIncrements, LeastShare)));
    }
}
