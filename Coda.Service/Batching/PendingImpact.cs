using Coda.Data.Archives;
using Coda.Data.Observations;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Inference.Impact;
using Coda.Inference.Sessions;

namespace Coda.Service.Batching;

/// <summary>The observations of some steps of one record, weighed against the model's own later analyses; all of them are one item.</summary>
/// <param name="observations">The record, as values.</param>
/// <param name="steps">The steps whose observations are weighed.</param>
/// <param name="isNowcast">Whether analyses leave out what was observed after their step.</param>
/// <param name="request">Lead and influences.</param>
/// <param name="cancellation">Cancelled when nobody waits any more.</param>
internal sealed class PendingImpact(
    ObservationStretch observations, StepRange steps, bool isNowcast, ImpactRequest request, CancellationToken cancellation) : PendingWork(1, cancellation)
{
    /// <summary>The cases of the steps that have observations, once the job is done.</summary>
    public IReadOnlyList<ImpactCase> Cases { get; private set; } = [];

    /// <summary>What forecasts are held against, in words.</summary>
    public static string Verification => "the model's analyses of the record, which look ahead";

    /// <summary>Computes.</summary>
    /// <param name="model">The trained model, with a network and the graph of its sensitivities.</param>
    /// <param name="forecast">Its forecasts.</param>
    /// <exception cref="ArgumentException">The model's errors or states are of a kind that cannot be weighed.</exception>
    public void Compute(OnnxModel model, ForecastModel forecast)
    {
        var card = model.Card;
        var archive = new MemoryArchive(card.Record(observations.Steps), [Alone(observations)]);
        var context = new AnalysisContext(archive, model);
        var (method, smoothed) = (new NetworkMethod(context, new() { Nowcast = isNowcast }), new NetworkMethod(context, new()));
        var verified = new StepRange(steps.Start + request.Lead, steps.End + request.Lead);
        using var verification = StateVerification.Of(
            Verification, smoothed.Compute(archive, new AnalysisRequest { Steps = verified, Workers = 1, Cancellation = Cancellation }));
        using var impact = new AdjointImpact(
            archive, method, forecast, ObservationOperator.Catalog.Create(card.Operator, forecast.Layout), verification, request, Cancellation);
        List<ImpactCase> cases = [];
        for (var step = steps.Start; step < steps.End; step++)
        {
            Cancellation.ThrowIfCancellationRequested();
            if (impact.At(0, step) is { } found)
            {
                cases.Add(found);
            }
        }

        Cases = cases;
        Finish(1);
    }

    // Whatever trajectory it was of a body of several, it is the only one here.
    private static ObservationStretch Alone(ObservationStretch from)
    {
        var stretch = new ObservationStretch(0, from.Steps, from.SiteCount) { Sigma = from.Sigma };
        from.Values.CopyTo(stretch.Values, 0);
        from.Mask.CopyTo(stretch.Mask, 0);
        return stretch;
    }
}
