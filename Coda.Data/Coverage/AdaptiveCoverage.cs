using Coda.Data.Archives;
using Coda.Data.Foundation;

namespace Coda.Data.Coverage;

/// <summary>Calibrated bands that go on with a record whose errors drift: adaptive conformal inference.</summary>
/// <remarks>
/// Gibbs and Candès (2021), arXiv:2106.00170. Before the observations of time t are seen, an estimate that has not seen them has the band
/// x̂ ± g_t q √(s² + σ²) for each, with the calibrated q (<see cref="CoverageGroup.ObservationFactors"/>). Then err_t is the share of them outside, and
/// α_{t+1} = α_t + γ (α - err_t), eq. 2; g_{t+1} is the conformal quantile (<see cref="ConformalQuantile"/>) at 1 - α_{t+1} of the scores
/// |y - x̂| / (q √(s² + σ²)) at the newest times, each of the same weight, in place of which calibration stands until there are enough. Whatever comes, an
/// adversary's choice included, |Σ err_t / T - α| ≤ (max(α, 1 - α) + γ)/(γ T), proposition 4.1, which takes shares as it does single errors. The band of the
/// state is multiplied by g_t as well, which is right as far as spread and σ have drifted alike, and nothing guarantees. Immutable; safe to share.
/// </remarks>
public sealed class AdaptiveCoverage
{
    /// <summary>The times that are remembered.</summary>
    public const int Memory = 200;

    /// <summary>The newest of them, by which coverage is measured; with fewer there is no alarm.</summary>
    public const int Measuring = 50;

    /// <summary>The kind of the warning while an alarm is on.</summary>
    public const string Missed = "coverage-missed";

    /// <summary>The kind of the warning that it is over.</summary>
    public const string Regained = "coverage-regained";

    private const int ScoresOfATime = 64;
    private const double Alarming = 3.890591886413124; // deviations of a 99.99 % interval, for one looks again and again
    private const double Rounding = 1e-9; // of sums of weights
    private const double Normal95 = 1.959963984540054;

    private readonly int _place;
    private readonly IReadOnlyList<CoverageGroup> _groups;
    private readonly double[] _calibrated; // rising scores, as the calibration has them

    /// <summary>Makes it from bands of analyses.</summary>
    /// <param name="bands">The bands.</param>
    /// <param name="level">1 - α, one of their levels.</param>
    /// <param name="rate">γ, greater than 0 and at most 1, about .005; <see langword="null"/> for bands that stay as they are, and are measured only.</param>
    /// <exception cref="ArgumentException">The rate is out of range, the level was not calibrated, or no band of analyses was.</exception>
    public AdaptiveCoverage(CoverageBands bands, double level, double? rate = null)
    {
        ArgumentNullException.ThrowIfNull(bands);
        (Bands, Level, Rate, _place) = (bands, level, rate, bands.PlaceOf(level));
        _groups = [.. bands.Groups.Where(g => g is { Lead: 0, Sites: CoveredSites.Observed })];
        new Faults(nameof(AdaptiveCoverage))
            .Require(rate is null or (> 0 and <= 1), nameof(rate), "a rate greater than 0 and at most 1, such as 0.005", rate)
            .Require(_groups.Count > 0 && _groups.All(g => g.ObservationFactors[_place] > 0), nameof(bands), "factors greater than 0 for analyses", "none")
            .ThrowIfAny();
        _calibrated = [.. Enumerable.Range(0, Memory).Select(i => CalibratedScore((i + 0.5) / Memory))];
        Start = new() { Alpha = 1 - level, Factor = 1, Times = 0, Newest = [] };
    }

    /// <summary>The calibrated bands.</summary>
    public CoverageBands Bands { get; }

    /// <summary>1 - α.</summary>
    public double Level { get; }

    /// <summary>γ; <see langword="null"/> where nothing is adapted.</summary>
    public double? Rate { get; }

    /// <summary>What is known before the first time.</summary>
    public AdaptiveState Start { get; }

    /// <summary>Takes the observations of a time.</summary>
    /// <param name="at">What is known before it.</param>
    /// <param name="step">The step.</param>
    /// <param name="unseen">What the estimate misses them by, which has seen none of them; at least one.</param>
    public AdaptiveState Next(AdaptiveState at, long step, IReadOnlyCollection<WithheldResidual> unseen)
    {
        ArgumentNullException.ThrowIfNull(unseen);
        return Next(at, step, unseen.Select(Score));
    }

    /// <summary>Takes the observations of a time.</summary>
    /// <param name="at">What is known before it.</param>
    /// <param name="step">The step.</param>
    /// <param name="scores">By what the calibrated half-width of each must be multiplied for it to be just within; at least one, none negative.</param>
    public AdaptiveState Next(AdaptiveState at, long step, IEnumerable<double> scores)
    {
        ArgumentNullException.ThrowIfNull(at);
        double[] sorted = [.. scores.Order()];
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length, nameof(scores));
        var time = new ComparedTime(step, sorted.Length, sorted.Count(s => s <= at.Factor), sorted.Count(s => s <= 1), Few(sorted));
        var alpha = at.Alpha + ((Rate ?? 0) * (1 - Level - (1 - ((double)time.Hits / time.Count))));
        IReadOnlyList<ComparedTime> newest = [.. at.Newest.Skip(at.Newest.Count + 1 - Memory), time];
        return new()
        {
            Alpha = alpha, Factor = Rate is null ? 1 : Quantile(newest, alpha), Times = at.Times + 1, Newest = newest,
            AlarmSince = IsAlarming(newest, at.AlarmSince is not null) ? at.AlarmSince ?? step : null,
        };
    }

    /// <summary>The share of the newest times' observations (<see cref="Measuring"/>) in the bands that there were for them, with its 95 % interval of as many
    /// draws as they are worth; <see langword="null"/> before the first.</summary>
    /// <param name="at">What is known.</param>
    public static BinomialInterval? Measured(AdaptiveState at)
    {
        ArgumentNullException.ThrowIfNull(at);
        return at.Newest.Count == 0 ? null : Measured(at.Newest, Normal95);
    }

    /// <summary>What there is to say where an alarm begins or ends; <see langword="null"/> where neither happens.</summary>
    /// <param name="before">What was known before a time.</param>
    /// <param name="after">What is known after it.</param>
    public ResultWarning? Change(AdaptiveState before, AdaptiveState after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return before.AlarmSince is null == after.AlarmSince is null ? null : Alarm(after)
            ?? new(Regained, FormattableString.Invariant($"From step {after.Newest[^1].Step} on, {Words(after)}, as they should."));
    }

    /// <summary>What there is to say against the bands; <see langword="null"/> where there is nothing.</summary>
    /// <param name="at">What is known.</param>
    public ResultWarning? Alarm(AdaptiveState at)
    {
        ArgumentNullException.ThrowIfNull(at);
        return at.AlarmSince is not { } since ? null : new(Missed, FormattableString.Invariant(
            $"Since step {since}: expected {100 * Level:G4} % of new observations in their bands, but {Words(at)}. The record is not like that of the ")
            + "calibration: look whether model or instruments have changed, and calibrate anew with 'coda calibrate'"
            + (Rate is null ? "; --adapt 0.005 lets bands follow." : "; the bands follow meanwhile."));
    }

    /// <summary>Estimates with the bands of their states, multiplied by the factor: where it is infinite, by the greatest score that is
    /// remembered, and at least by 1, for fewer times than a level needs may all have been easy ones.</summary>
    /// <param name="block">Analyses with a spread, as values.</param>
    /// <param name="at">What is known.</param>
    /// <exception cref="ArgumentException">The states have no spread, or another size.</exception>
    public StateBlock On(StateBlock block, AdaptiveState at)
    {
        ArgumentNullException.ThrowIfNull(at);
        var banded = Bands.On(block, Level);
        if (Rate is null)
        {
            return banded;
        }

        var factor = double.IsPositiveInfinity(at.Factor) ? at.Newest.SelectMany(t => t.Scores).Where(double.IsFinite).Append(1).Max() : at.Factor;
        var widths = banded.Band!.Value.ToArray();
        for (var i = 0; i < widths.Length; i++)
        {
            widths[i] = widths[i] == 0 ? 0 : float.IsNaN(widths[i]) ? float.NaN : (float)Math.Clamp(factor * widths[i], float.Epsilon, float.MaxValue);
        }

        return banded with { Band = widths };
    }

    private double Score(WithheldResidual residual)
    {
        var factor = _groups.First(g => !(residual.Spread >= g.SpreadBelow)).ObservationFactors[_place];
        return residual.Nonconformity / factor is var score && double.IsNaN(score) ? double.PositiveInfinity : score;
    }

    // q(p)/q of the calibration: of q(p) over the Gaussian's quantile, which is known at its levels, what is linear between them.
    private double CalibratedScore(double p)
    {
        var (levels, z) = (Bands.Levels, ConformalQuantile.OfNormal(p));
        var weight = _groups.Sum(g => (double)g.Count);
        double[] knots = [.. levels.Select(ConformalQuantile.OfNormal)];
        double[] ratios = [.. levels.Select((_, i) =>
            _groups.Sum(g => g.Count / weight * g.ObservationFactors[i] / g.ObservationFactors[_place]) / knots[i])];
        var right = Array.FindIndex(knots, knot => knot >= z);
        var ratio = right < 0 ? ratios[^1] : right == 0 ? ratios[0]
            : ratios[right - 1] + ((ratios[right] - ratios[right - 1]) * (z - knots[right - 1]) / (knots[right] - knots[right - 1]));
        return ratio * z;
    }

    // Times that are not there yet are the calibration's; the next one is unknown.
    private double Quantile(IReadOnlyList<ComparedTime> times, double alpha)
    {
        if (alpha > 1)
        {
            return double.NegativeInfinity;
        }

        var own = times.Sum(time => time.Scores.Count);
        var (scores, weights) = (new double[own + Memory], new double[own + Memory]);
        var at = 0;
        foreach (var time in times)
        {
            foreach (var score in time.Scores)
            {
                (scores[at], weights[at++]) = (score, 1.0 / time.Scores.Count);
            }
        }

        _calibrated.CopyTo(scores, own);
        Array.Fill(weights, (double)(Memory - times.Count) / Memory, own, Memory);
        Array.Sort(scores, weights);
        var (sum, needed) = (0.0, ((Memory + 1) * (1 - alpha)) - Rounding);
        for (var i = 0; i < scores.Length; i++)
        {
            sum += weights[i];
            if (sum >= needed)
            {
                return scores[i];
            }
        }

        return double.PositiveInfinity;
    }

    private static double[] Few(double[] sorted) => sorted.Length <= ScoresOfATime ? sorted
        : [.. Enumerable.Range(0, ScoresOfATime).Select(i => sorted[(int)((i + 0.5) * sorted.Length / ScoresOfATime)])];

    // It takes more to begin than to go on.
    private bool IsAlarming(IReadOnlyList<ComparedTime> times, bool isAlarmed) =>
        times.Count >= Measuring && !Measured(times, isAlarmed ? Normal95 : Alarming).Contains(Level);

    // What a time is worth, those before tell, if there are enough: the newest may have broken off from them.
    private static BinomialInterval Measured(IReadOnlyList<ComparedTime> times, double quantile)
    {
        var all = times.Select(time => (time.Hits, time.Count)).ToList();
        var newest = all.Skip(all.Count - Measuring).ToList();
        return BinomialInterval.OfTimes(newest, all.Count >= 2 * Measuring ? all[..^Measuring] : newest, quantile);
    }

    private static string Words(AdaptiveState at)
    {
        var share = Measured(at)!.Value;
        return FormattableString.Invariant($"{100 * share.Share:F1} % ({100 * share.Lower:F1} to {100 * share.Upper:F1}) of those at the newest ")
            + FormattableString.Invariant($"{Math.Min(Measuring, at.Newest.Count)} times are");
    }
}
