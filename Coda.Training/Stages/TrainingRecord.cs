using Coda.Data.Archives;
using Coda.Data.Time;
using Coda.Data.Windows;

namespace Coda.Training.Stages;

/// <summary>The archive as training sees it: where rollouts may start, for fitting and in the held-out last tenth.</summary>
/// <remarks>Only observations are read. With ten trajectories or more the last tenth of them is held out, else the last tenth of the steps, or as
/// much as holds a rollout where a tenth does not.</remarks>
public sealed class TrainingRecord
{
    private readonly (int Trajectory, StepRange Steps)[] _fitting;
    private readonly (int Trajectory, StepRange Steps)[] _heldOut;
    private readonly StepRange _fittedSteps;

    /// <summary>Splits an archive.</summary>
    /// <param name="archive">The observations.</param>
    /// <param name="halfWidth">The network's half-width.</param>
    /// <param name="span">The number of steps from a rollout's start to the later analysis.</param>
    /// <exception cref="InvalidDataException">The record is too short for a rollout.</exception>
    public TrainingRecord(IObservationArchive archive, int halfWidth, int span)
    {
        Windows = new WindowSource(archive, halfWidth);
        var (steps, count) = (archive.Description.Steps, archive.Description.TrajectoryCount);
        var byTrajectory = count >= 10;
        var cut = byTrajectory ? steps.End : steps.End - HeldOut(steps.Count, span);
        var held = byTrajectory ? count / 10 : 0;
        _fittedSteps = new StepRange(steps.Start, cut);
        _fitting = [.. Enumerable.Range(0, count - held).Select(t => (t, new StepRange(steps.Start, cut - span)))];
        _heldOut = byTrajectory
            ? [.. Enumerable.Range(count - held, held).Select(t => (t, new StepRange(steps.Start, steps.End - span)))]
            : [.. Enumerable.Range(0, count).Select(t => (t, new StepRange(cut, steps.End - span)))];
        if (_fitting[0].Steps.Count < 1 || _heldOut[0].Steps.Count < 1)
        {
            var most = byTrajectory ? steps.Count - 1 : (steps.Count - 1 - LeastStarts(steps.Count)) / 2;
            throw new InvalidDataException(
                $"Expected a record that holds a rollout of {span} steps, and one held out, got {count} trajectories of {steps.Count} steps; take "
                    + (most >= 1 ? $"a rolloutLength of at most {most}, or a longer record." : "a longer record.")
                    + " Parameters alone are estimated from short ones, too ('coda estimate').");
        }
    }

    /// <summary>The observations as windows.</summary>
    public WindowSource Windows { get; }

    /// <summary>The stretches that are fitted, for the climatology.</summary>
    public IEnumerable<ObservationStretch> FittedStretches => _fitting.Select(part => Fitted(Windows.Trajectory(part.Trajectory)));

    /// <summary>The start of a rollout, given a uniform draw.</summary>
    /// <param name="heldOut">Whether it lies in the held-out tenth.</param>
    /// <param name="draw">A number in [0, 1).</param>
    public (int Trajectory, long Step) StartAt(bool heldOut, double draw)
    {
        var parts = heldOut ? _heldOut : _fitting;
        var total = parts.Length * parts[0].Steps.Count; // all parts are equally long
        var index = (long)(draw * total);
        return (parts[index / parts[0].Steps.Count].Trajectory, parts[0].Steps.Start + (index % parts[0].Steps.Count));
    }

    // The last tenth; of a short record, as much as holds a rollout.
    private static long HeldOut(long steps, int span) => steps / 10 > span ? steps / 10 : span + LeastStarts(steps);

    private static long LeastStarts(long steps) => Math.Max(1, steps / 20);

    private ObservationStretch Fitted(ObservationStretch whole)
    {
        var (start, length) = ((int)(_fittedSteps.Start - whole.Steps.Start) * whole.SiteCount, checked((int)_fittedSteps.Count * whole.SiteCount));
        var fitted = new ObservationStretch(whole.Trajectory, _fittedSteps, whole.SiteCount) { Sigma = whole.Sigma?.AsSpan(start, length).ToArray() };
        whole.Values.AsSpan(start, fitted.Values.Length).CopyTo(fitted.Values);
        whole.Mask.AsSpan(start, fitted.Mask.Length).CopyTo(fitted.Mask);
        return fitted;
    }
}
