using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Data.Scoring;

/// <summary>Collects the errors of states, by score, sites and lead.</summary>
internal sealed class ScoreBook
{
    private readonly TimeAxis _time;
    private readonly (string Name, IScore Score)[] _scores;
    private readonly SortedDictionary<(int Score, ScoredSites Sites, int Lead), ScoreSum> _sums = [];
    private readonly SortedDictionary<(ScoredSites Sites, int Lead), CalibrationSum> _calibrations = [];

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
        _scores = [.. request.Scores.Select(s => (s.Name, ScoreRequest.Catalog.Create(s)))];
    }

    /// <summary>Adds one state.</summary>
    /// <param name="trajectory">Its trajectory.</param>
    /// <param name="lead">Its lead, in steps.</param>
    /// <param name="errors">Its errors. [space]</param>
    /// <param name="spread">Its spread, or nothing. [space]</param>
    /// <param name="seen">Which entries are observed, or nothing. [space]</param>
    public void Add(int trajectory, int lead, ReadOnlySpan<float> errors, ReadOnlySpan<float> spread, ReadOnlySpan<bool> seen)
    {
        Add(trajectory, lead, ScoredSites.All, errors, spread);
        if (!seen.IsEmpty)
        {
            AddPart(trajectory, lead, ScoredSites.Observed, errors, spread, seen);
            AddPart(trajectory, lead, ScoredSites.Unobserved, errors, spread, seen);
        }
    }

    /// <summary>Every score, and the calibration of what has a spread.</summary>
    /// <exception cref="ArgumentException">Nothing was added.</exception>
    public ScoreReport Report() => new(Results(), [.. _calibrations.Select(c => c.Value.Result(c.Key.Sites, c.Key.Lead, _time.TimeOf(c.Key.Lead)))]);

    private IReadOnlyList<ScoreResult> Results() => _sums.Count == 0
        ? throw new ArgumentException(
            "Expected at least one state with a truth within the margins, got none; take a smaller margin, earlier starts or a longer record.")
        : [.. _sums.Select(pair =>
        {
            var ((score, sites, lead), sum) = pair;
            var (value, deviation) = sum.Mean();
            return new ScoreResult(_scores[score].Name, sites, lead, _time.TimeOf(lead), value, deviation, sum.Trajectories, sum.Count);
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

    private void AddPart(int trajectory, int lead, ScoredSites sites, ReadOnlySpan<float> errors, ReadOnlySpan<float> spread, ReadOnlySpan<bool> seen)
    {
        var wanted = sites == ScoredSites.Observed;
        Add(trajectory, lead, sites, Select(errors, seen, wanted), Select(spread, seen, wanted));
    }

    private void Add(int trajectory, int lead, ScoredSites sites, ReadOnlySpan<float> errors, ReadOnlySpan<float> spread)
    {
        for (var i = 0; i < _scores.Length && errors.Length > 0; i++)
        {
            if (_scores[i].Score.NeedsSpread && spread.IsEmpty)
            {
                continue;
            }

            if (!_sums.TryGetValue((i, sites, lead), out var sum))
            {
                _sums.Add((i, sites, lead), sum = new ScoreSum());
            }

            sum.Add(trajectory, _scores[i].Score.Of(errors, spread));
        }

        if (!spread.IsEmpty)
        {
            Calibrate(sites, lead, errors, spread);
        }
    }

    private void Calibrate(ScoredSites sites, int lead, ReadOnlySpan<float> errors, ReadOnlySpan<float> spread)
    {
        if (!_calibrations.TryGetValue((sites, lead), out var calibration))
        {
            _calibrations.Add((sites, lead), calibration = new CalibrationSum());
        }

        for (var i = 0; i < errors.Length; i++)
        {
            calibration.Add(errors[i], spread[i]);
        }
    }
}
