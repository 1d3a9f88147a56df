using System.Numerics.Tensors;
using Coda.Classical.Observed;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Ensemble;

/// <summary>Makes the ensemble at a record's first step, before its observations.</summary>
/// <param name="name">The method's name.</param>
/// <param name="options">The method's options.</param>
/// <param name="model">The forecast model.</param>
/// <param name="h">The observation operator on its states.</param>
/// <param name="climatology">That of the reference observations.</param>
/// <param name="reference">What the reference observations are.</param>
internal sealed class FirstEnsemble(
    string name, EnsembleOptions options, ForecastModel model, ObservationOperator h, ObservedClimatology climatology, ArchiveDescription reference)
{
    private const long StartStream = 0x57A7;

    private readonly Dictionary<int, int> _siteOf = h.Locations.Index().DistinctBy(l => l.Item).ToDictionary(l => l.Item, l => l.Index); // of a state entry
    private readonly Dictionary<StateDomain, (int? Site, double Mean, double Variance)> _likeIn = [];
    private readonly bool _isSelection = h.IsSelection(model.Layout.Size);

    /// <summary>Makes it.</summary>
    /// <param name="bind">Starts one worker's model.</param>
    /// <param name="workers">The batches of members that are advanced at the same time.</param>
    /// <param name="ranks">The processes that advance them together.</param>
    /// <param name="forcing">The model's forcing, where it has one.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <returns>The members. [member, space]</returns>
    /// <exception cref="DivergenceException">The spin-up diverged, or ended in one point.</exception>
    public double[] Make(Func<IStateMap> bind, int workers, IRankGroup ranks, ForcingSeries? forcing, CancellationToken cancellation)
    {
        var ensemble = options.Start == EnsembleStart.FreeRun ? new FreeRunStates(name, options, model).Draw(bind, cancellation)
            : SpunUp(bind, workers, ranks, forcing, cancellation);
        return EnsembleState.VarianceOf(ensemble, options.Members) > 0
            ? ensemble
            : throw new DivergenceException($"{name}: the first ensemble's members came together in one point during {options.SpinUpSteps} steps of spin-up; "
                + "take fewer (option spinUpSteps), or start from the observations.");
    }

    private double[] SpunUp(Func<IStateMap> bind, int workers, IRankGroup ranks, ForcingSeries? forcing, CancellationToken cancellation)
    {
        var ensemble = Perturbed();
        using var forecast = new MemberForecast(bind, workers, ranks, cancellation);
        for (var step = 0; step < options.SpinUpSteps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            var at = reference.Steps.Start - options.SpinUpSteps + step;
            forecast.Advance(ensemble, options.Members, forcing?.Over(0, forcing.Recurring(0, at)));
            if (!double.IsFinite(TensorPrimitives.Sum<double>(ensemble)))
            {
                throw new DivergenceException(
                    $"{name}: the first ensemble diverged at step {step + 1} of its spin-up: its spread is no longer finite. Take fewer steps (option "
                        + FormattableString.Invariant($"spinUpSteps), another start, or a model whose time step is shorter than {model.StepLength}."));
            }
        }

        return ensemble;
    }

    private double[] Perturbed()
    {
        var (members, size) = (options.Members, model.Layout.Size);
        var ensemble = new double[members * size];
        var centre = options.Start == EnsembleStart.Model ? model.ReferenceState : null;
        for (var member = 0; member < members; member++)
        {
            var random = new CounterRandom(options.Seed, StartStream, member);
            for (var i = 0; i < size; i++)
            {
                var (mean, deviation) = centre is not null ? (centre[i], 0.1) : ClimatologyOf(i);
                ensemble[(member * size) + i] = mean + (deviation * random.NextGaussian());
            }
        }

        return ensemble;
    }

    private (double Mean, double Deviation) ClimatologyOf(int entry)
    {
        var like = _siteOf.TryGetValue(entry, out var site) ? Like([site]) : LikeIn(model.Layout.DomainOf(entry));
        if (like.Site is null)
        {
            return (0, 1); // nothing like it is observed
        }

        var (mean, variance) = (like.Mean, like.Variance);
        var noise = options.Sigma ?? reference.Sigma ?? 0;
        var deviation = double.IsFinite(variance) ? Math.Sqrt(Math.Max(variance - (noise * noise), 0.01 * variance)) : 1;
        if (!model.Layout.IsBounded || _isSelection)
        {
            return (mean, deviation);
        }

        var models = reference.ErrorModels();
        var errors = models[models.Count == 1 ? 0 : like.Site.Value];
        var value = errors.FromScale(mean);
        return Inside(model.Layout.DomainOf(entry), value, errors.Slope(value) * deviation);
    }

    // Logarithms and values have no mean together: where errors are of several kinds, the sites of fields with the same bounds and one kind.
    private (int? Site, double Mean, double Variance) LikeIn(StateDomain domain)
    {
        if (!_likeIn.TryGetValue(domain, out var like))
        {
            var models = reference.ErrorModels();
            int[] sites = [.. Enumerable.Range(0, h.SiteCount).Where(site => models.Count == 1 || model.Layout.DomainOf(h.Locations[site]) == domain)];
            like = Like(models.Count == 1 ? sites : [.. sites.Where(site => models[site] == models[sites[0]])]);
            _likeIn.Add(domain, like);
        }

        return like;
    }

    private (int? Site, double Mean, double Variance) Like(int[] sites) =>
        sites.Length == 0 ? (null, 0, 0) : (sites[0], sites.Average(s => climatology.Mean[s]), sites.Average(s => climatology.Variance[s]));

    // On the coordinates of a field whose values are observed as they are.
    private static (double Mean, double Deviation) Inside(StateDomain domain, double mean, double deviation)
    {
        if (!domain.Contains(mean))
        {
            return (0, 1);
        }

        var z = domain.ToWorking(mean);
        return (z, Math.Min(1, deviation / domain.Slope(z)));
    }
}
