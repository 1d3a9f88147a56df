using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Data.Scoring;

/// <summary>Collects the errors of states, by score, sites and lead.</summary>
internal sealed class ScoreBook
{
    private readonly TimeAxis _time;
    private readonly (string Name, IScore? Score)[] _scores; // the last, of bands, has none
    private readonly SortedDictionary<(int Score, ScoredSites Sites, int Lead, int Part), ScoreSum> _sums = [];
    private readonly SortedDictionary<(ScoredSites Sites, int Lead, int Part), CalibrationSum> _calibrations = [];
    private readonly SortedDictionary<(int Score, ScoredSites Sites, int Lead, int Part), SeriesSum>? _series;
    private readonly long _steps;

    public ScoreBook(ArchiveDescription archive, ScoreRequest request)
    {
        new Faults(nameof(ScoreRequest))
            .Require(request.Scores.Count > 0, nameof(request.Scores), "at least one score", request.Scores.Count)
            .Require(request.Steps is not { } steps || (steps.Count > 0 && steps.Intersect(archive.Steps) == steps),
                nameof(request.Steps), $"a range within the record {archive.Steps}", request.Steps)
            .Require(request.Margin >= 0 && 2L * request.Margin < (request.Steps ?? archive.Steps).Count,
                nameof(request.Margin), $"at least 0 and less than half of the steps {request.Steps ?? archive.Steps}", request.Margin)
            .ThrowIfAny();
        _time = new TimeAxis(archive.StepLength);
        (_series, _steps) = (request.KeepsSeries ? [] : null, archive.Steps.Count * archive.TrajectoryCount);
        _scores = [.. request.Scores.Select(s => (s.Name, (IScore?)ScoreRequest.Catalog.Create(s))), (BandCoverage.Name, null)];
    }

    /// <summary>What is scored apart.</summary>
    public ScoreParts Parts { get; set; } = ScoreParts.Whole;

    /// <summary>Adds one state.</summary>
    /// <param name="trajectory">Its trajectory.</param>
    /// <param name="step">Its step; a forecast's start.</param>
    /// <param name="lead">Its lead, in steps.</param>
    /// <param name="errors">Its errors. [space]</param>
    /// <param name="spread">Its spread, or nothing. [space]</param>
    /// <param name="seen">Which entries are observed, or nothing. [space]</param>
    /// <param name="band">The half-widths of its bands, or nothing. [space]</param>
    public void Add(
        int trajectory, long step, int lead, ReadOnlySpan<float> errors, ReadOnlySpan<float> spread, ReadOnlySpan<bool> seen,
        ReadOnlySpan<float> band = default)
    {
        if (Parts.Parts.Count == 0)
        {
            Add((trajectory, step, lead, 0), errors, spread, seen, band);
            return;
        }

        for (var part = 0; part < Parts.Count; part++)
        {
            var places = Parts.Places[part];
            Add((trajectory, step, lead, part), At(errors, places), At(spread, places), At(seen, places), At(band, places));
        }
    }

    /// <summary>Every score, and the calibration of what has a spread.</summary>
    /// <exception cref="ArgumentException">Nothing was added.</exception>
    public ScoreReport Report() => new(Results(), 
    [
        .. _calibrations.Select(c => c.Value.Result(c.Key.Sites, c.Key.Lead, _time.TimeOf(c.Key.Lead)) with { Part = Parts[c.Key.Part] }),
    ])
    {
        Series = _series is null ? [] :
        [
            .. _series.Select(s => new ScoreSeries(_scores[s.Key.Score].Name, s.Key.Sites, s.Key.Lead, _time.TimeOf(s.Key.Lead), s.Value.Result())
            {
                Part = Parts[s.Key.Part],
            }),
        ],
    };

    private IReadOnlyList<ScoreResult> Results() => _sums.Count == 0
        ? throw new ArgumentException(
            "Expected at least one state with a truth within the margins, got none; take a smaller margin, earlier starts or a longer record.")
        : [.. _sums.Select(pair =>
        {
            var ((score, sites, lead, part), sum) = pair;
            var (value, deviation) = sum.Mean();
            return new ScoreResult(_scores[score].Name, sites, lead, _time.TimeOf(lead), value, deviation, sum.Trajectories, sum.Count) { Part = Parts[part] };
        })];

    private static ReadOnlySpan<float> Select(ReadOnlySpan<float> entries, ReadOnlySpan<bool> seen, bool wanted)
    {
        var (part, count) = (new float[entries.Length], 0);
        for (var i = 0; i < entries.Length; i++)
        {
            part[count] = entries[i];
            count += seen[i] == wanted ? 1 : 0;
        }

        return part.AsSpan(0, count);
    }

    private static ReadOnlySpan<T> At<T>(ReadOnlySpan<T> entries, int[] places)
    {
        var part = new T[entries.IsEmpty ? 0 : places.Length];
        for (var i = 0; i < part.Length; i++)
        {
            part[i] = entries[places[i]];
        }

        return part;
    }

    private void Add(
        (int Trajectory, long Step, int Lead, int Part) of, ReadOnlySpan<float> errors, ReadOnlySpan<float> spread, ReadOnlySpan<bool> seen,
        ReadOnlySpan<float> band)
    {
        Add(of, ScoredSites.All, errors, spread, band);
        if (!seen.IsEmpty)
        {
            Add(
                of, ScoredSites.Observed, Select(errors, seen, wanted: true), Select(spread, seen, wanted: true), Select(band, seen, wanted: true));
            Add(
                of, ScoredSites.Unobserved, Select(errors, seen, wanted: false), Select(spread, seen, wanted: false), Select(band, seen, wanted: false));
        }
    }

    private void Add(
        (int Trajectory, long Step, int Lead, int Part) of, ScoredSites sites, ReadOnlySpan<float> errors, ReadOnlySpan<float> spread,
        ReadOnlySpan<float> band)
    {
        for (var i = 0; i < _scores.Length && errors.Length > 0; i++)
        {
            var value = _scores[i].Score is not { } score ? BandCoverage.Of(errors, band)
                : score.NeedsSpread && spread.IsEmpty ? null : (double?)score.Of(errors, spread);
            if (value is null)
            {
                continue;
            }

            if (!_sums.TryGetValue((i, sites, of.Lead, of.Part), out var sum))
            {
                _sums.Add((i, sites, of.Lead, of.Part), sum = new ScoreSum());
            }

            sum.Add(of.Trajectory, value.Value);
            if (_series is not null && _scores[i].Score is { IsError: true })
            {
                if (!_series.TryGetValue((i, sites, of.Lead, of.Part), out var series))
                {
                    _series.Add((i, sites, of.Lead, of.Part), series = new SeriesSum(_steps, Parts.Count));
                }

                series.Add(of.Trajectory, of.Step, value.Value);
            }
        }

        if (!spread.IsEmpty)
        {
            Calibrate((sites, of.Lead, of.Part), errors, spread);
        }
    }

    private void Calibrate((ScoredSites Sites, int Lead, int Part) key, ReadOnlySpan<float> errors, ReadOnlySpan<float> spread)
    {
        if (!_calibrations.TryGetValue(key, out var calibration))
        {
            _calibrations.Add(key, calibration = new CalibrationSum());
        }

        for (var i = 0; i < errors.Length; i++)
        {
            calibration.Add(errors[i], spread[i]);
        }
    }
}
