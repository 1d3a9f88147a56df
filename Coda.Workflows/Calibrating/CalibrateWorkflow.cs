using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Coverage;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Scoring;
using Coda.Inference.Assimilation;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Calibrating;

/// <summary>Bands around analyses or forecasts, calibrated on withheld observations alone; no truth is read.</summary>
public static class CalibrateWorkflow
{
    private const int DeniedShare = 8; // every eighth of the observed sites at a time
    private const int MostResiduals = 1 << 22; // of a lead and kind of sites: 200 MB
    private const double WellKnown = 0.1; // relative error of τ², some 1.7 % of coverage

    /// <summary>Calibrates, and writes the bands.</summary>
    /// <param name="job">Which estimates, on what.</param>
    /// <param name="progress">Told how it gets on, and what makes the bands doubtful.</param>
    /// <param name="cancellation">Stops it; then nothing is written.</param>
    /// <exception cref="ArgumentException">Nothing is withheld, too little for a level, or the estimates have no spread; or the method or an option is
    /// none.</exception>
    /// <exception cref="ArchiveFormatException">There are no estimates.</exception>
    /// <exception cref="InvalidDataException">Estimates of other sites, or made from other observations.</exception>
    /// <exception cref="Data.Cards.ModelMismatchException">The model cannot read the archive.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static CalibrateOutcome Run(CalibrateJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        job.Request.Check();
        new Faults("calibrate")
            .Require(job.Margin >= 0 && 2L * job.Margin < job.Archive.Description.Steps.Count, nameof(job.Margin),
                $"at least 0 and less than half of the steps {job.Archive.Description.Steps}", job.Margin)
            .Require(job.Denials == 0 || (job.Denials > 0 && job.Method is not null), nameof(job.Denials),
                "at least 0, and none without a method to analyze with", job.Denials)
            .Require(!job.OfForecasts || job.Method is null, nameof(job.OfForecasts), "forecasts that an archive holds, without a method", job.Method?.Name)
            .ThrowIfAny();
        if (job.Archive.Description.Withheld.Fraction == 0)
        {
            throw new ArgumentException($"{job.Archive.Path}: expected an archive with withheld observations, to calibrate on, got one without. "
                + "Make or import it with --withhold 0.2.");
        }

        var network = ObservedNetwork.Of(job.Archive, cancellation);
        using var source = job.Method is null
            ? CalibratedEstimates.OfArchive(job, progress.Warnings) : CalibratedEstimates.OfMethod(job, progress, cancellation);
        var (classes, count) = Residuals(job, source, network, progress, cancellation);
        var request = RequestFor(job, network, source.Layout, progress.Warnings);
        var fits = classes.OrderBy(c => c.Key).Select(c => (c.Key, Fit: CoverageFit.Of(c.Key.Lead, c.Key.Sites, c.Value.Kept, request, cancellation))).ToList();
        if (fits.Count == 0)
        {
            throw new ArgumentException($"{job.Archive.Path}: expected withheld observations at steps with estimates, got none. "
                + "Take a smaller margin, a longer record, or withhold a larger share.");
        }

        var (never, notCovered) = network.Unobserved(job.Archive.Description.Operator, source.Layout);
        var bands = new CoverageBands
        {
            Table = source.Table, Origin = source.Origin, Levels = job.Request.Levels, StateSize = source.Layout.Size, NeverObserved = never,
            NotCovered = notCovered, Density = network.Density,
            Correlations = new(fits.GroupBy(f => f.Key.Lead).ToDictionary(f => f.Key, f => f.Max(one => one.Fit.Correlation))),
            Groups = [.. fits.SelectMany(f => f.Fit.Groups)], Measured = [.. fits.SelectMany(f => f.Fit.Measured)], Provenance = job.Provenance,
        };
        Warn(bands, progress.Warnings);
        bands.Write(job.Output);
        return new(job.Output, bands, count);
    }

    // On another scale than the value's, spreads of estimates and of residuals are other numbers, and so they are of fields in several units: neither groups by
    // spread nor a floor have a meaning there, as ratios of error to spread have.
    private static CoverageRequest RequestFor(CalibrateJob job, ObservedNetwork network, StateLayout layout, ResultWarnings warnings)
    {
        var isAdditive = job.Archive.Description.ErrorModels().All(errors => errors == ErrorModel.Additive);
        string[] fields = [.. network.Fields(job.Archive.Description.Operator, layout)];
        if (fields.Length > 1)
        {
            warnings.Add(
                "fields-share-bands",
                $"Bands have the same factors for all of the fields {string.Join(", ", fields)}: they cover what they promise over "
                    + "these together, not each by itself. Score each with 'coda score --by field' where a truth is known.");
        }

        return isAdditive && fields.Length == 1 ? job.Request : job.Request with { MostGroups = 1, FitsFloor = false };
    }

    private static (Dictionary<(int Lead, CoveredSites Sites), ResidualSample> Classes, int Count) Residuals(
        CalibrateJob job, CalibratedEstimates source, ObservedNetwork network, IWorkflowProgress progress, CancellationToken cancellation)
    {
        var (classes, count) = (new Dictionary<(int, CoveredSites), ResidualSample>(), 0);
        progress.Run("residuals of withheld observations", _ => Add(CoveredSites.Observed, source.Read(job.Archive), job.Archive));
        var denials = job.Method is null ? 0 : job.Denials;
        for (var denial = 0; denial < denials; denial++)
        {
            var denied = new DeniedSites(job.Archive, Denied(network.Sites, denial));
            progress.Run($"residuals of denied sites, {denial + 1} of {denials}", _ => Add(CoveredSites.NeverObserved, source.Read(denied), denied));
        }

        if (classes.Values.Any(c => c.Every > 1))
        {
            progress.Warnings.Add("residuals-sampled", $"Of {count} residuals those at one of {classes.Values.Max(c => c.Every)} times were kept, "
                + $"for no more than {MostResiduals} of a lead are held in memory. Nothing need be done: they are taken at random, with all of their sites.");
        }

        return (classes, count);

        void Add(CoveredSites sites, IEnumerable<StateBlock> states, IObservationArchive archive)
        {
            foreach (var (lead, residual) in WithheldResiduals.Read(states, archive, source.Layout, job.Margin))
            {
                cancellation.ThrowIfCancellationRequested();
                (classes.TryGetValue((lead, sites), out var own) ? own : classes[(lead, sites)] = new(MostResiduals)).Add(residual);
                count++;
            }
        }
    }

    private static bool[] Denied(IReadOnlyList<bool> observed, int turn)
    {
        var (denied, place) = (new bool[observed.Count], 0);
        for (var site = 0; site < observed.Count; site++)
        {
            denied[site] = observed[site] && place++ % DeniedShare == turn % DeniedShare;
        }

        return denied;
    }

    private static void Warn(CoverageBands bands, ResultWarnings warnings)
    {
        foreach (var group in bands.Groups.Where(g => g.Scale.RelativeError > WellKnown).Take(1))
        {
            warnings.Add("coverage-roughly-known", FormattableString.Invariant(
                $"States at lead {group.Lead}: the squared error is {group.Scale.Variance:F3} ± {group.Scale.StandardError:F3} of the squared spread, ")
                + "more than a tenth of it unknown; a longer record or a larger share withheld tells it better.");
        }

        foreach (var measured in bands.Measured.Where(m => !m.Observations.Contains(m.Level) && m.Observations.Share < m.Level).Take(1))
        {
            warnings.Add("coverage-missed", FormattableString.Invariant(
                $"Bands of {100 * measured.Level:G4} % at lead {measured.Lead}: expected at least that share of later observations in them, got ")
                + FormattableString.Invariant($"{100 * measured.Observations.Share:F1} % ({100 * measured.Observations.Lower:F1} to ")
                + FormattableString.Invariant($"{100 * measured.Observations.Upper:F1}): the record's end differs from what came before."));
        }

        foreach (var (lead, _) in bands.Correlations.Where(c => c.Value >= ResidualTimes.Most).Take(1))
        {
            warnings.Add(
                "correlation-not-told",
                $"Residuals at lead {lead}: expected a correlation of less than {ResidualTimes.Most} steps and enough of them to tell it, got a longer "
                    + $"one or too few. Times {ResidualTimes.Most} steps apart are taken as independent, which they may not be; "
                    + "a longer record or a larger share withheld tells.");
        }

        if (bands.NeverObserved.Count > 0)
        {
            var (kind, what) = bands.Groups.Any(g => g.Sites == CoveredSites.NeverObserved)
                ? ("bands-by-denial", "bands that stand on sites which were denied to the method: others, whose neighbours are farther off. They may cover too "
                    + "much or too little; --deny 0 leaves them out.")
                : ("sites-not-covered", "no band; --deny 1 or more calibrates them by sites that are denied to the method, which is less certain.");
            warnings.Add(kind, $"{bands.NeverObserved.Count} entries are never observed and have {what}");
        }
    }
}
