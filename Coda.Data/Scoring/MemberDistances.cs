using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Time;

namespace Coda.Data.Scoring;

/// <summary>Compares the members of ensembles with those of a reference, marginal by marginal (<see cref="WassersteinDistance"/>).</summary>
/// <remarks>The members of one trajectory are held at a time.</remarks>
public static class MemberDistances
{
    /// <summary>Compares.</summary>
    /// <param name="layout">The layout of the states.</param>
    /// <param name="states">Members: member m of N of trajectory t as trajectory t N + m; sorted by (trajectory, step).</param>
    /// <param name="members">Their number N, at least 1.</param>
    /// <param name="reference">The reference's, in the same way; steps that either lacks are not compared.</param>
    /// <param name="referenceMembers">Their number, at least 2.</param>
    /// <param name="within">The steps to compare; all that both have by default.</param>
    /// <param name="cancellation">Stops between trajectories.</param>
    /// <returns>A result for each field.</returns>
    /// <exception cref="ArgumentException">States of another size, or no trajectory and step in common.</exception>
    public static IReadOnlyList<MemberDistance> Between(
        StateLayout layout, IEnumerable<StateBlock> states, int members, IEnumerable<StateBlock> reference, int referenceMembers,
        StepRange? within = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentOutOfRangeException.ThrowIfLessThan(members, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(referenceMembers, 2);
        var means = layout.Fields.Select(_ => new List<(double Distance, double Share, long Count)>()).ToArray(); // of trajectories
        using var others = Trajectories(layout, reference, referenceMembers).GetEnumerator();
        var hasOther = others.MoveNext();
        foreach (var (trajectory, steps) in Trajectories(layout, states, members))
        {
            cancellation.ThrowIfCancellationRequested();
            while (hasOther && others.Current.Trajectory < trajectory)
            {
                hasOther = others.MoveNext();
            }

            if (hasOther && others.Current.Trajectory == trajectory)
            {
                Add(layout, steps, others.Current.Steps, within, means);
            }
        }

        return [.. layout.Fields.Zip(means, (field, of) => Result(field.Name, of))];
    }

    private static void Add(
        StateLayout layout, SortedDictionary<long, float[][]> steps, SortedDictionary<long, float[][]> reference, StepRange? within,
        List<(double, double, long)>[] means)
    {
        foreach (var (f, field) in layout.Fields.Index())
        {
            var (distance, share, count) = (0.0, 0.0, 0L);
            foreach (var (step, samples) in steps.Where(s => reference.ContainsKey(s.Key) && within?.Contains(s.Key) != false))
            {
                for (var entry = layout.OffsetOf(field.Name); entry < layout.OffsetOf(field.Name) + field.Size; entry++)
                {
                    var of = WassersteinDistance.Between(samples[entry], reference[step][entry]);
                    distance += of;
                    share += of == 0 ? 0 : of / Deviation(reference[step][entry]);
                    count++;
                }
            }

            if (count > 0)
            {
                means[f].Add((distance / count, share / count, count));
            }
        }
    }

    // The samples of each trajectory at each step. [entry][member], members in rising order
    private static IEnumerable<(int Trajectory, SortedDictionary<long, float[][]> Steps)> Trajectories(
        StateLayout layout, IEnumerable<StateBlock> blocks, int members)
    {
        var (trajectory, steps) = (0, new SortedDictionary<long, List<float>[]>());
        foreach (var block in blocks)
        {
            if (block.StateSize != layout.Size)
            {
                throw new ArgumentException($"Members: expected states of {layout.Size} entries ({layout}), got {block.StateSize}.");
            }

            if (block.Trajectory / members != trajectory && steps.Count > 0)
            {
                yield return (trajectory, Sorted(steps));
                steps.Clear();
            }

            trajectory = block.Trajectory / members;
            for (var i = 0; i < block.States.Length; i++)
            {
                var step = block.FirstStep + (i / layout.Size);
                if (!steps.TryGetValue(step, out var entries))
                {
                    steps.Add(step, entries = [.. Enumerable.Range(0, layout.Size).Select(_ => new List<float>())]);
                }

                entries[i % layout.Size].Add(block.States.Span[i]);
            }
        }

        if (steps.Count > 0)
        {
            yield return (trajectory, Sorted(steps));
        }
    }

    private static SortedDictionary<long, float[][]> Sorted(SortedDictionary<long, List<float>[]> steps) =>
        new(steps.ToDictionary(s => s.Key, s => Array.ConvertAll(s.Value, entries =>
        {
            entries.Sort();
            return entries.ToArray();
        })));

    private static double Deviation(float[] sample)
    {
        var mean = sample.Average(x => (double)x);
        return Math.Sqrt(sample.Sum(x => (x - mean) * (x - mean)) / (sample.Length - 1));
    }

    private static MemberDistance Result(string field, List<(double Distance, double Share, long Count)> of)
    {
        if (of.Count == 0)
        {
            throw new ArgumentException("Members: expected a trajectory and a step that both ensembles have, got none; analyze the same steps for both.");
        }

        var mean = of.Average(t => t.Distance);
        var deviation = of.Count > 1 ? Math.Sqrt(of.Sum(t => Math.Pow(t.Distance - mean, 2)) / (of.Count - 1)) : 0;
        return new(field, mean, deviation, of.Average(t => t.Share), of.Count, of.Sum(t => t.Count));
    }
}
