using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;

namespace Coda.Tests.Additions;

/// <summary>A classical method from outside: Newtonian relaxation, x = M(x) + g (y - M(x)) at every site observed.</summary>
[System.ComponentModel.Description("Nudging: the model's forecast, drawn to every observation by a fixed share.")]
public sealed class Nudging(AnalysisContext context, Nudging.Options options) : AssimilationMethod
{
    private readonly ForecastModel _model = options.Choose(context.Forecast);

    public override string? Model => _model.Description;

    public override StateLayout Layout => _model.Layout;

    public override int? LookAhead => 0;

    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null)
    {
        var (observations, record, places) = (PlausibleObservations.Of(archive), archive.Description.Steps, archive.Description.Sites().Entries);
        var wanted = request?.Steps ?? record;
        using var model = _model.Start(isDouble: true);
        foreach (var trajectory in request?.Trajectories ?? [.. Enumerable.Range(0, archive.Description.TrajectoryCount)])
        {
            var (state, stretch) = (_model.TypicalState(0), observations.ReadObservations(trajectory, new StepRange(record.Start, wanted.End)));
            for (var row = 0; row < stretch.Steps.Count; row++)
            {
                model.Apply(state, state, 1);
                for (var site = 0; site < places.Count; site++)
                {
                    var i = (row * places.Count) + site;
                    state[places[site]] += options.Gain * stretch.Mask[i] * (stretch.Values[i] - state[places[site]]);
                }

                if (wanted.Contains(record.Start + row))
                {
                    yield return new StateBlock(trajectory, record.Start + row, state.Length, Array.ConvertAll(state, x => (float)x));
                }
            }
        }
    }

    /// <summary>The gain, and the model.</summary>
    public sealed record Options : ForecastingOptions
    {
        [Tuned(0.05, 0.1, 0.2)]
        public double Gain { get; init; } = 0.1;
    }
}
