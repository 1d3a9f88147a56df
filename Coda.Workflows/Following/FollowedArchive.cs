using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Cards;
using Coda.Data.Coverage;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Workflows.Following;

/// <summary>What following a feed leaves: an archive whose analyses grow, the position from which it goes on, and <c>newest.json</c>.</summary>
/// <remarks>
/// The position's file is the one that counts: it is written, whole, after the parts that it names and before the archive names them, which is done again when
/// a run goes on. Killed at whatever moment, the archive is whole, and what comes of the rest of the feed is the same.
/// </remarks>
internal sealed class FollowedArchive : IDisposable
{
    /// <summary>The file with the newest analyses.</summary>
    public const string NewestFile = "newest.json";

    /// <summary>The kind of the doubt in analyses near their stream's beginning.</summary>
    public const string Settling = "settling";

    /// <summary>The file with the position.</summary>
    public const string PositionName = "follow.safetensors";

    private readonly FollowJob _job;
    private readonly StreamAnalysis _analysis;
    private readonly Follower _follower;
    private readonly TableAppend _table;
    private readonly PositionFile _position;
    private readonly SortedDictionary<string, string> _origin;
    private readonly TableNote _note;
    private readonly string _feed;
    private readonly AdaptiveCoverage? _bands;
    private SortedDictionary<string, string> _newest = new(StringComparer.Ordinal);
    private int _parts;

    /// <summary>Takes the archive, and goes on from where it stands.</summary>
    /// <param name="job">Where it lies.</param>
    /// <param name="analysis">What makes the analyses.</param>
    /// <param name="follower">Goes on from the position that is there.</param>
    /// <param name="feed">What the observations come from (<see cref="Coda.Data.Feeds.ObservationFeed.Source"/>).</param>
    /// <param name="bands">The bands of the analyses; <see langword="null"/> where there are none.</param>
    /// <exception cref="ModelMismatchException">The bands are of another method or model.</exception>
    /// <exception cref="IOException">The archive is another's, or of another model, feed or rule.</exception>
    /// <exception cref="InvalidDataException">The position is damaged, or the archive is not the one that it is of.</exception>
    public FollowedArchive(FollowJob job, StreamAnalysis analysis, Follower follower, string feed, AdaptiveCoverage? bands = null)
    {
        (_job, _analysis, _follower, _feed, _bands) = (job, analysis, follower, feed, bands);
        _origin = AnalysisOrigin.OfStream(analysis.Form, job.Model, job.Method);
        _origin["feed"] = feed;
        if (job.Bands is { } choice)
        {
            _origin["bands"] = choice.OriginOf(
                AnalysisOrigin.OfArchivesLike(analysis.Form, job.Model, job.Method, choice.Bands.Origin.GetValueOrDefault("method")), ArchiveTable.Analyses)
                + (job.Adapt is { } rate ? FormattableString.Invariant($", adapted {rate:R}") : "");
        }

        _note = new TableNote
        {
            LookAhead = analysis.LookAhead, Model = $"model: {analysis.Form} of {job.Model.Card.Name}", BandLevel = job.Bands?.Level,
        };
        var rules = new SortedDictionary<string, string>(_origin, StringComparer.Ordinal) { ["close"] = $"{job.Close}", ["combine"] = $"{job.Duplicates}" };
        if (job.TimeOrigin is { } given)
        {
            rules["time-origin"] = given;
        }

        _position = new PositionFile(Path.Combine(job.Output, PositionName), analysis, job.Model.Card.Layout.Size, rules);
        _table = new TableAppend(job.Output, ArchiveTable.Analyses);
        try
        {
            Leftovers();
            GoOn(_position.Read(follower));
        }
        catch
        {
            _table.Dispose();
            throw;
        }
    }

    /// <summary>Keeps where the feed stands.</summary>
    public void Keep()
    {
        _position.Write(_follower, _parts, _newest);
        _job.Wrote?.Invoke("position");
    }

    /// <summary>Lets what is analyzed become parts of the archive, and keeps where the feed stands.</summary>
    public void Seal()
    {
        var pending = _follower.Trajectories.Where(t => t.Pending.Count > 0).ToList();
        if (pending.Count > 0)
        {
            var (description, newest) = (Description(), new SortedDictionary<string, string>(StringComparer.Ordinal));
            foreach (var trajectory in pending)
            {
                var (name, checksum) = _table.Write(description, trajectory.Number, trajectory.NextPart, trajectory.Pending.Blocks, _note);
                newest.Add(name, checksum);
                _job.Wrote?.Invoke("part");
            }

            (_newest, _parts) = (newest, _parts + newest.Count);
            _follower.Sealed();
        }

        Keep();
        if (pending.Count > 0)
        {
            _table.Name(Description(), _newest, _note);
            _job.Wrote?.Invoke("archive");
        }
    }

    /// <summary>Writes <c>newest.json</c>.</summary>
    /// <returns>What it holds.</returns>
    public NewestAnalyses Publish()
    {
        var newest = Newest();
        CodaJson.Write(Path.Combine(_job.Output, NewestFile), newest);
        _job.Wrote?.Invoke("newest");
        _job.Published?.Invoke(newest);
        return newest;
    }

    /// <summary>The newest analyses.</summary>
    public NewestAnalyses Newest() => new()
    {
        Model = _job.Model.Card.Name, Form = _analysis.Form, Feed = _feed, Ordinal = _follower.Ordinal, Batches = _follower.Batches,
        Observations = _follower.Observations, Late = _follower.Trajectories.Sum(t => t.Late), Waiting = _follower.Trajectories.Sum(t => t.Open.Count),
        Trajectories = [.. _follower.Trajectories.Where(t => t.Newest is not null).Select(Newest)],
    };

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();

    private void Leftovers()
    {
        foreach (var left in Directory.GetFiles(_job.Output, "*.partial").Where(f => AtomicFile.FinalName(Path.GetFileName(f)) is NewestFile or PositionName))
        {
            File.Delete(left); // of a killed process; the table's lock is ours
        }
    }

    private void GoOn(StoredFollow? stored)
    {
        if (stored is null)
        {
            if (_table.Count is { } others)
            {
                throw new IOException(
                    $"{_job.Output}: expected no archive, or one that follows a feed, got one of {others} parts of analyses without "
                        + $"{PositionName}. Choose another --output.");
            }

            return;
        }

        (_newest, _parts) = (stored.Newest, stored.Parts);
        if (_newest.Count > 0)
        {
            _table.Name(Description(), _newest, _note);
        }

        if ((_table.Count ?? 0) != _parts)
        {
            throw new InvalidDataException(
                $"{_job.Output}: expected an archive of {_parts} parts of analyses, as {PositionName} has it, got {_table.Count ?? 0}. "
                    + "Restore both from one copy, or begin anew with another --output.");
        }

        _table.RemoveUnnamed();
    }

    private NewestAnalysis Newest(FollowedTrajectory trajectory)
    {
        var (position, newest, card) = (trajectory.Position!, trajectory.Newest!, _job.Model.Card);
        List<ResultWarning> doubts = [.. position.Doubt is { } doubt ? [doubt] : Array.Empty<ResultWarning>()];
        if (position.Step - position.FirstStep < _analysis.SettlingSteps)
        {
            doubts.Add(new(
                Settling, $"It began at step {position.FirstStep} from the climatology, and is not settled before {_analysis.SettlingSteps} steps."));
        }

        if (trajectory.Coverage is { } known && _bands!.Alarm(known) is { } alarm)
        {
            doubts.Add(alarm);
        }

        return new NewestAnalysis
        {
            Trajectory = trajectory.Number, BeganAt = position.FirstStep, Step = position.Step, SealedEnd = trajectory.SealedEnd, Late = trajectory.Late,
            Time = _follower.TimeOrigin is { } origin && StepCalendar.IsKnown(card.TimeUnit)
                ? new StepCalendar(origin, card.StepLength, card.TimeUnit).TextOf(position.Step) : null,
            Doubts = doubts, Corrected = position.Corrected.Count > 0 ? position.Corrected : null, State = newest.States.ToArray(),
            Spread = newest.Spread?.ToArray(), Band = newest.Band?.ToArray(),
            Coverage = trajectory.Coverage is { } coverage ? CoverageReport.Of(_bands!, coverage) : null,
        };
    }

    // Of what is analyzed so far; the archive has all of it once it names the parts that wait.
    private ArchiveDescription Description()
    {
        var begun = _follower.Trajectories.Where(t => t.Position is not null).ToList();
        return _job.Model.Card.Record(new StepRange(begun.Min(t => t.Position!.FirstStep), begun.Max(t => t.Position!.Step) + 1)) with
        {
            TrajectoryCount = begun.Max(t => t.Number) + 1, TimeOrigin = _follower.TimeOrigin, Provenance = _job.Provenance,
            Origins = new(StringComparer.Ordinal) { ["analyses"] = _origin },
        };
    }
}
