using System.Numerics.Tensors;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Coverage;
using Coda.Data.Feeds;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Workflows.Following;

/// <summary>Takes batches of observations to analyses. What it becomes is a function of the batches alone, not of when they came.</summary>
/// <param name="job">When steps are analyzed.</param>
/// <param name="analysis">Takes streams further.</param>
/// <param name="bands">Holds their observations to bands; <see langword="null"/> where there are none.</param>
internal sealed class Follower(FollowJob job, StreamAnalysis analysis, BandedStream? bands = null)
{
    private const int MostValues = 1 << 20; // of states that are analyzed at once

    private readonly ModelCard _card = job.Model.Card;
    private readonly CardObservations _taken = new(job.Model.Card, job.GrossCheck);
    private readonly BatchChecks _checks = new(job.Model.Card, job.GrossCheck, job.Duplicates);
    private readonly SortedDictionary<int, FollowedTrajectory> _trajectories = [];

    /// <summary>The trajectories, by number.</summary>
    public IReadOnlyCollection<FollowedTrajectory> Trajectories => _trajectories.Values;

    /// <summary>The last batch that was taken; <see langword="null"/> before the first.</summary>
    public string? Ordinal { get; private set; }

    /// <summary>The batches that were taken.</summary>
    public long Batches { get; private set; }

    /// <summary>The observations that they had.</summary>
    public long Observations { get; private set; }

    /// <summary>The date of step 0, where it is known.</summary>
    public string? TimeOrigin { get; private set; } = job.TimeOrigin;

    /// <summary>Whether observations wait for their step to be whole.</summary>
    public bool HasOpen => Trajectories.Any(t => t.Open.Count > 0);

    /// <summary>Whether there is enough for a part of the archive.</summary>
    public bool IsPartDue => Trajectories.Any(t => t.Pending.Count >= job.SealEvery);

    /// <summary>Whether all that was wanted is analyzed.</summary>
    public bool IsDone => job.Until is { } until && _trajectories.Count > 0 && Trajectories.All(t => t.Position?.Step >= until);

    /// <summary>Told of alarms of bands that began or ended, with the trajectory's number, once what led to them is taken.</summary>
    public Action<int, ResultWarning>? Changed { get; init; }

    /// <summary>Goes on from what was stored.</summary>
    /// <param name="ordinal">The last batch that was taken.</param>
    /// <param name="counts">The batches, and the observations.</param>
    /// <param name="timeOrigin">The date of step 0.</param>
    /// <param name="trajectories">The trajectories.</param>
    public void Restore(string? ordinal, (long Batches, long Observations) counts, string? timeOrigin, IEnumerable<FollowedTrajectory> trajectories)
    {
        (Ordinal, (Batches, Observations), TimeOrigin) = (ordinal, counts, timeOrigin);
        foreach (var trajectory in trajectories)
        {
            _trajectories.Add(trajectory.Number, trajectory);
        }
    }

    /// <summary>Takes a batch, whole or not at all.</summary>
    /// <param name="batch">The batch after the last one.</param>
    /// <param name="cancellation">Stops it; then the batch is not taken.</param>
    /// <returns>The number of analyses that it made.</returns>
    /// <exception cref="InvalidDataException">The model cannot take an observation of it, or make a finite analysis; nothing was taken.</exception>
    public long Take(ObservationBatch batch, CancellationToken cancellation)
    {
        _checks.Require(batch);
        var moved = batch.Rows.GroupBy(row => row.Trajectory).Select(rows => Taken(Of(rows.Key), [.. rows], batch, cancellation)).ToList();
        var made = Keep(moved);
        (Ordinal, Batches, Observations) = (batch.Ordinal, Batches + 1, Observations + batch.Rows.Count);
        TimeOrigin ??= batch.TimeOrigin;
        return made;
    }

    /// <summary>Analyzes the steps that wait for more observations, without these.</summary>
    /// <param name="cancellation">Stops it; then nothing was done.</param>
    /// <returns>The number of analyses that it made.</returns>
    public long Close(CancellationToken cancellation) => Keep([
        .. Trajectories.Where(t => t.Open.Count > 0).Select(t => Advanced(t, t.Open.Max(row => row.Step) + 1, "the observations that wait", cancellation))
    ]);

    /// <summary>What waited became parts of the archive.</summary>
    public void Sealed() =>
        Keep([.. Trajectories.Where(t => t.Pending.Count > 0).Select(t => t with { Pending = PendingStates.None, NextPart = t.NextPart + 1 })]);

    private FollowedTrajectory Of(int number) => _trajectories.GetValueOrDefault(number) ?? new FollowedTrajectory(number);

    private long Keep(List<FollowedTrajectory> moved)
    {
        var made = 0L;
        foreach (var trajectory in moved)
        {
            made += Math.Max(0, trajectory.Pending.Count - Of(trajectory.Number).Pending.Count);
            foreach (var change in trajectory.Changes)
            {
                Changed?.Invoke(trajectory.Number, change);
            }

            _trajectories[trajectory.Number] = trajectory with { Changes = [] };
        }

        return made;
    }

    private FollowedTrajectory Taken(FollowedTrajectory at, List<ObservationRow> rows, ObservationBatch batch, CancellationToken cancellation)
    {
        var late = at.Position is { } position ? rows.RemoveAll(row => row.Step <= position.Step) : 0;
        var open = _checks.Single([.. at.Open, .. rows], batch);
        at = at with { Open = open, Late = at.Late + late };
        return open.Count == 0 ? at : Advanced(at, open.Max(row => row.Step) + (job.Close == StepClosing.Batch ? 1 : 0), batch.Name, cancellation);
    }

    // Analyzes the steps before one.
    private FollowedTrajectory Advanced(FollowedTrajectory at, long end, string name, CancellationToken cancellation)
    {
        List<ObservationRow> whole = [.. at.Open.Where(row => row.Step < end).OrderBy(row => row.Step)];
        if (whole.Count == 0)
        {
            return at;
        }

        RequireNear(at, whole, name);
        var (position, pending, next, coverage, changes) = (at.Position, at.Pending, 0, at.Coverage, new List<ResultWarning>());
        end = whole[^1].Step + 1; // what lies between it and the step that closed it, the next analysis takes along
        for (var start = at.Position?.Step + 1 ?? whole[0].Step; start < end;)
        {
            var steps = new StepRange(start, Math.Min(end, start + Math.Max(1, MostValues / _card.Layout.Size)));
            var first = next;
            while (next < whole.Count && whole[next].Step < steps.End)
            {
                next++;
            }

            var made = Made(position, coverage, Stretch(at.Number, steps, whole[first..next]), cancellation);
            (position, coverage, pending, start) = (made.To, made.Coverage, pending.With(Values(made.Analyses, name)), steps.End);
            changes.AddRange(made.Changes);
        }

        return at with
        {
            Position = position, Coverage = coverage, Changes = changes, Pending = pending, Newest = Last(pending.Last),
            Open = [.. at.Open.Where(row => row.Step >= end)],
        };
    }

    private (StateBlock Analyses, StreamPosition To, AdaptiveState? Coverage, IReadOnlyList<ResultWarning> Changes) Made(
        StreamPosition? from, AdaptiveState? known, ObservationStretch arrived, CancellationToken cancellation)
    {
        if (bands is null)
        {
            var (analyses, to) = analysis.Advance(from, arrived, cancellation);
            return (analyses, to, null, []);
        }

        var step = bands.Advance(analysis, from, known, arrived, cancellation);
        return (step.Analyses, step.To, step.Coverage, step.Changes);
    }

    private void RequireNear(FollowedTrajectory at, List<ObservationRow> whole, string name)
    {
        var before = at.Position?.Step ?? whole[0].Step;
        foreach (var row in whole)
        {
            if (row.Step - before > job.MostGap + 1L)
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"{name}: trajectory {row.Trajectory}: expected at most {job.MostGap} steps without observations after step {before}, ")
                    + FormattableString.Invariant($"got {row.Step - before - 1}. Correct the step; where the gap is right, allow it (--max-gap). ")
                    + "Nothing of it was taken.");
            }

            before = row.Step;
        }
    }

    private ObservationStretch Stretch(int trajectory, StepRange steps, List<ObservationRow> rows)
    {
        var stretch = new ObservationStretch(trajectory, steps, _card.SiteCount)
        {
            Sigma = _card.ReadsSigma ? new float[checked((int)steps.Count * _card.SiteCount)] : null,
        };
        foreach (var row in rows)
        {
            var at = checked((int)(row.Step - steps.Start) * _card.SiteCount) + row.Site;
            (stretch.Values[at], stretch.Mask[at]) = (row.Value, 1);
            if (row.Sigma is { } sigma)
            {
                stretch.Sigma![at] = sigma;
            }
        }

        return _taken.OnScale(stretch);
    }

    private StateBlock Values(StateBlock analyses, string name)
    {
        var values = analyses.ToPhysical(_card.Layout);
        return TensorPrimitives.IsFiniteAll(values.States.Span) && (values.Spread is not { } spread || TensorPrimitives.IsFiniteAll(spread.Span))
            ? values
            : throw new InvalidDataException(
                $"{name}: trajectory {analyses.Trajectory}: expected observations of which the model makes finite analyses, got others. "
                    + "Check the values and their unit. Nothing of it was taken.");
    }

    private static StateBlock Last(StateBlock block) => block.Row(block.Count - 1);
}
