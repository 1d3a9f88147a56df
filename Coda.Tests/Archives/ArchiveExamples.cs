using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Time;

namespace Coda.Tests.Archives;

/// <summary>Small archives with known content.</summary>
internal static class ArchiveExamples
{
    public static ArchiveDescription Description(int sites = 8, long steps = 100, int trajectories = 1, long start = 0) => new()
    {
        System = new Component("lorenz96"),
        Layout = StateLayout.On(new Ring(sites)),
        Operator = new Component("site-selection"),
        SiteCount = sites,
        Sigma = 1,
        StepLength = 0.05,
        TrajectoryCount = trajectories,
        Steps = new StepRange(start, start + steps),
        Seed = 7,
    };

    /// <summary>About 3 of 4 entries observed, with values that use every bit.</summary>
    public static ObservationStretch Stretch(int trajectory, StepRange steps, int sites, bool hasSigma = false)
    {
        var stretch = new ObservationStretch(trajectory, steps, sites) { Sigma = hasSigma ? new float[steps.Count * sites] : null };
        for (var i = 0; i < stretch.Values.Length; i++)
        {
            var random = new CounterRandom(3, trajectory, steps.Start + (i / sites), i % sites);
            if (random.NextUniform() < 0.75)
            {
                stretch.Mask[i] = 1;
                stretch.Values[i] = (float)random.NextGaussian();
                if (hasSigma)
                {
                    stretch.Sigma![i] = 0.5f + (float)random.NextUniform();
                }
            }
        }

        return stretch;
    }

    public static IEnumerable<ObservationStretch> Stretches(ArchiveDescription description, int length = 13, bool hasSigma = false)
    {
        for (var trajectory = 0; trajectory < description.TrajectoryCount; trajectory++)
        {
            for (var start = description.Steps.Start; start < description.Steps.End; start += length)
            {
                yield return Stretch(trajectory, new StepRange(start, Math.Min(start + length, description.Steps.End)), description.SiteCount, hasSigma);
            }
        }
    }

    public static StateBlock Block(int trajectory, long firstStep, int count, int size, bool hasSpread = false, int lead = 0)
    {
        var random = new CounterRandom(5, trajectory, firstStep, lead);
        float[] Draw() => [.. Enumerable.Range(0, count * size).Select(_ => (float)random.NextGaussian())];
        return new StateBlock(trajectory, firstStep, size, Draw(), hasSpread ? Draw() : default(ReadOnlyMemory<float>?), lead);
    }

    public static ObservationStretch Cut(ArchiveDescription description, int trajectory, StepRange range)
    {
        var record = Stretch(trajectory, description.Steps, description.SiteCount);
        var cut = new ObservationStretch(trajectory, range, description.SiteCount);
        var shared = range.Intersect(description.Steps);
        for (var step = shared.Start; step < shared.End; step++)
        {
            for (var site = 0; site < description.SiteCount; site++)
            {
                var (from, to) = ((int)(step - description.Steps.Start), (int)(step - range.Start));
                cut.Values[(to * 8) + site] = record.Values[(from * 8) + site];
                cut.Mask[(to * 8) + site] = record.Mask[(from * 8) + site];
            }
        }

        return cut;
    }
}
