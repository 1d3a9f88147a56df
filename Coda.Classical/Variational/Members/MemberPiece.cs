using Coda.Classical.Variational.Stretches;
using Coda.Data.Archives;
using Coda.Data.Time;

namespace Coda.Classical.Variational.Members;

/// <summary>Consecutive steps of all members of a trajectory, in which each comes from one stretch.</summary>
/// <param name="Trajectory">The trajectory's number.</param>
/// <param name="Steps">The steps.</param>
/// <param name="States">Each member's states. [member][time, space]</param>
/// <param name="Reports">What became of each member's stretch.</param>
internal sealed record MemberPiece(int Trajectory, StepRange Steps, IReadOnlyList<ReadOnlyMemory<float>> States, IReadOnlyList<StretchReport> Reports)
{
    private const int LeastMembers = 2;

    /// <summary>The members that are samples: those whose stretches are sound; all where that leaves fewer than two.</summary>
    public IReadOnlyList<int> Sound { get; } = SoundOf(Reports);

    /// <summary>Cuts members' trajectories where any of their stretches ends.</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="members">The members, of the same steps.</param>
    public static IEnumerable<MemberPiece> Of(int trajectory, IReadOnlyList<MemberTrajectory> members)
    {
        while (!members[0].IsAtEnd)
        {
            var (first, count, reports) = (members[0].Step, members.Min(m => m.Left), members.Select(m => m.Report).ToArray());
            yield return new(trajectory, new StepRange(first, first + count), [.. members.Select(m => m.Take(count))], reports);
        }
    }

    /// <summary>The mean of the members that are samples, and their standard deviation.</summary>
    /// <param name="hasSpread">Whether the spread is wanted.</param>
    public StateBlock Mean(bool hasSpread)
    {
        var entries = States[0].Length;
        var (mean, spread) = (new float[entries], hasSpread ? new float[entries] : null);
        for (var i = 0; i < entries; i++)
        {
            var (sum, squares) = (0.0, 0.0);
            foreach (var member in Sound)
            {
                sum += States[member].Span[i];
            }

            var centre = sum / Sound.Count;
            foreach (var member in Sound)
            {
                squares += Math.Pow(States[member].Span[i] - centre, 2);
            }

            mean[i] = (float)centre;
            if (spread is not null)
            {
                spread[i] = (float)Math.Sqrt(squares / (Sound.Count - 1));
            }
        }

        return new StateBlock(Trajectory, Steps.Start, entries / (int)Steps.Count, mean, spread);
    }

    /// <summary>A member as a sample: itself, or where it is none, one of those that are.</summary>
    /// <param name="member">The member's number.</param>
    /// <returns>[time, space]</returns>
    public ReadOnlyMemory<float> Sample(int member) => States[Sound.Contains(member) ? member : Sound[member % Sound.Count]];

    /// <summary>What became of the members together: failed where fewer than two are sound, relaxed where fewer than half, retried where not all.</summary>
    public StretchReport Report()
    {
        var sound = Reports.Count(r => r.IsSound);
        var outcome = sound < LeastMembers ? StretchOutcome.Failed : 2 * sound < Reports.Count ? StretchOutcome.Relaxed
            : sound < Reports.Count || Reports.Any(r => r.Outcome == StretchOutcome.Retried) ? StretchOutcome.Retried : StretchOutcome.Converged;
        StretchReport[] kept = [.. Sound.Select(member => Reports[member])];
        return new(Trajectory, Steps, outcome, Reports.Sum(r => r.Passes), kept.Max(r => r.Change), kept.Max(r => r.ModelErrorVariance),
            kept.Average(r => r.Misfit), kept.Max(r => r.WorstMisfit))
        {
            UnsolvedEquations = kept.Sum(r => r.UnsolvedEquations),
        };
    }

    private static int[] SoundOf(IReadOnlyList<StretchReport> reports)
    {
        int[] sound = [.. reports.Index().Where(r => r.Item.IsSound).Select(r => r.Index)];
        return sound.Length >= LeastMembers ? sound : [.. Enumerable.Range(0, reports.Count)];
    }
}
