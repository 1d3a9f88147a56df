using System.Globalization;
using Coda.Data.Dynamics;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Observed;

/// <summary>Looks at the innovations of one trajectory's filter: stops one that has lost the truth, and warns of one whose spread does not explain
/// them.</summary>
/// <remarks>
/// Over about the last 500 observations, with d the innovations: mean d² / (H P Hᵀ + R), near 1 of a consistent filter; mean d² over the climatological
/// variance; and the mean product of consecutive d at a site, within ten steps. Observation errors are independent from step to step, so that the last is the
/// variance of the forecast's own error, whatever R was said to be, and near 0 of an optimal filter. A filter has lost the truth where mean d² / (H P Hᵀ + R) >
/// 2 and mean d² > 1.2 climatological variances, or where the products are more than 100 times H P Hᵀ and more than a quarter of R: its error is ten times its
/// spread, so that observations move it no more. One whose mean d² / (H P Hᵀ + R) exceeds 1.5 is told of at the end. Nothing is said before there were 50
/// observations for each state entry, in which a filter that starts from climatology may still look for the truth.
/// </remarks>
/// <param name="method">The method's name.</param>
/// <param name="climatology">The observations' climatology.</param>
/// <param name="size">The length of one state.</param>
/// <param name="cure">What a user may try, a sentence.</param>
internal sealed class InnovationWatch(string method, ObservedClimatology climatology, int size, string cure) : IInnovations
{
    private const double Memory = 500;
    private const double Enough = 200;
    private const double EnoughPairs = 50;
    private const double Grace = 50;
    private const double WorseThanClimatology = 1.2;
    private const double WorseThanSpread = 2;
    private const double Inconsistent = 1.5;
    private const double Lost = 100;
    private const double LeastOfError = 0.25;
    private const int LongestPair = 10; // steps
    private const double Suspicious = 6; // of a single innovation, in deviations of what spread and error allow
    private const double SuspiciousInClimatology = 5;

    private readonly double[] _last = new double[climatology.Variance.Length];
    private readonly long[] _lastStep = [.. Enumerable.Repeat(long.MinValue, climatology.Variance.Length)];
    private Sums _sums;
    private (int Trajectory, long Step, int Count) _at;
    private (double Size, double Value, double Innovation, long Step, int Site) _largest;
    private (double Ratio, long First, long End, long Steps) _inconsistent;
    private double _seen;

    /// <summary>Comes to a step.</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="step">The model step.</param>
    public void At(int trajectory, long step) => _at = (trajectory, step, 0);

    /// <inheritdoc/>
    public void Begin(int count)
    {
        var keep = Math.Max(0, 1 - (count / Memory));
        _sums = _sums.Times(keep);
        _largest.Size *= keep;
        (_seen, _at.Count) = (_seen + count, count);
    }

    /// <inheritdoc/>
    public void Add(int site, double value, double innovation, double spread, double error)
    {
        var square = innovation * innovation;
        var consistency = square / (spread + error);
        _sums = _sums.With(consistency, square / climatology.Variance[site], square, spread, error);
        if (_at.Step - _lastStep[site] is > 0 and <= LongestPair)
        {
            _sums = _sums.WithPair(innovation * _last[site]);
        }

        (_last[site], _lastStep[site]) = (innovation, _at.Step);
        if (!(Math.Sqrt(consistency) <= _largest.Size))
        {
            _largest = (Math.Sqrt(consistency), value, innovation, _at.Step, site);
        }
    }

    /// <summary>Judges the filter after the step.</summary>
    /// <exception cref="DivergenceException">The filter has lost the truth.</exception>
    public void Judge()
    {
        if (_sums.Weight < Enough || _seen < Grace * size || _at.Count == 0)
        {
            return;
        }

        if ((_sums.Consistency > WorseThanSpread && _sums.Climatology > WorseThanClimatology) || IsLost())
        {
            throw new DivergenceException($"{method}: trajectory {_at.Trajectory} diverged at step {_at.Step}: {this} {Cure()}");
        }

        if (_sums.Consistency > Inconsistent)
        {
            var first = _inconsistent.Steps == 0 ? _at.Step : _inconsistent.First;
            _inconsistent = (Math.Max(_inconsistent.Ratio, _sums.Consistency), first, _at.Step + 1, _inconsistent.Steps + 1);
        }
    }

    /// <summary>What is to be said of the trajectory at its end, or nothing.</summary>
    public AnalysisWarning? Warning() => _inconsistent.Steps == 0 ? null : new AnalysisWarning(
        _at.Trajectory, new StepRange(_inconsistent.First, _inconsistent.End), string.Create(
            CultureInfo.InvariantCulture,
            $"at {_inconsistent.Steps} steps innovations were up to {Math.Sqrt(_inconsistent.Ratio):G3} times what spread and observation error allow, "
                + $"so that the spread says too little: {Cure()}"));

    /// <summary>What a user may try: to look at an observation, where one stands out.</summary>
    public string Cure() => _largest.Size > Suspicious
        && Math.Abs(_largest.Innovation) > SuspiciousInClimatology * Math.Sqrt(climatology.Variance[_largest.Site])
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"Look at site {_largest.Site} at step {_largest.Step} first: observed {_largest.Value:G6}, forecast {_largest.Value - _largest.Innovation:G4}, "
                + $"{Math.Abs(_largest.Innovation) / Math.Sqrt(climatology.Variance[_largest.Site]):G3} climatological deviations apart. {cure}")
        : cure;

    /// <inheritdoc/>
    public override string ToString() => _sums.Weight == 0 ? "no innovations yet." : string.Create(
        CultureInfo.InvariantCulture,
        $"spread {Math.Sqrt(_sums.Spread):G3}. Innovations: root mean square {Math.Sqrt(_sums.Square):G3}, {Math.Sqrt(_sums.Consistency):G3} times what "
            + $"spread and observation error allow (expected about 1), {Math.Sqrt(_sums.Climatology):G3} times the observations' climatological deviation.");

    private bool IsLost() => _sums.Pairs >= EnoughPairs && _sums.Consistency > Inconsistent
        && _sums.Product > Lost * _sums.Spread && _sums.Product > LeastOfError * _sums.Error;

    /// <summary>Fading sums; the properties are means.</summary>
    private readonly record struct Sums(
        double Weight, double SumConsistency, double SumClimatology, double SumSquare, double SumSpread, double SumError, double Pairs, double SumProduct)
    {
        public double Consistency => SumConsistency / Weight;

        public double Climatology => SumClimatology / Weight;

        public double Square => SumSquare / Weight;

        public double Spread => SumSpread / Weight;

        public double Error => SumError / Weight;

        public double Product => SumProduct / Pairs;

        public Sums Times(double keep) => new(
            keep * Weight, keep * SumConsistency, keep * SumClimatology, keep * SumSquare, keep * SumSpread, keep * SumError, keep * Pairs, keep * SumProduct);

        public Sums With(double consistency, double climatology, double square, double spread, double error) => this with
        {
            Weight = Weight + 1,
            SumConsistency = SumConsistency + consistency,
            SumClimatology = SumClimatology + climatology,
            SumSquare = SumSquare + square,
            SumSpread = SumSpread + spread,
            SumError = SumError + error,
        };

        public Sums WithPair(double product) => this with { Pairs = Pairs + 1, SumProduct = SumProduct + product };
    }
}
