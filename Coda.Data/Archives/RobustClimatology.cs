using Coda.Data.Observations;
using Coda.Data.Time;

namespace Coda.Data.Archives;

/// <summary>Median and robust deviation of the observed values at each site, from samples over the whole record; single wrong values do not move
/// them.</summary>
/// <param name="Median">[site]</param>
/// <param name="Deviation">1.4826 times the median distance from the median, the standard deviation of a Gaussian; infinite where it is 0 or unknown.
/// [site]</param>
internal sealed record RobustClimatology(double[] Median, double[] Deviation)
{
    private const int MostEntries = 1 << 20;
    private const int Windows = 16;
    private const int Enough = 50;
    private const double OfGaussian = 1.4826;

    /// <summary>Estimates them; a site with few observations gets the numbers of all of its kind, in unit and errors.</summary>
    /// <param name="archive">The observations.</param>
    public static RobustClimatology Of(IObservationArchive archive)
    {
        var (sites, values) = Sample(archive);
        var kinds = Kinds(archive.Description);
        var all = kinds.Distinct().ToDictionary(kind => kind, kind => Of([.. values.Where((_, i) => kinds[sites[i]] == kind)]));
        Array.Sort(sites, values);
        var climate = new RobustClimatology([.. kinds.Select(kind => all[kind].Median)], [.. kinds.Select(kind => all[kind].Deviation)]);
        for (int first = 0, end; first < sites.Length; first = end)
        {
            for (end = first; end < sites.Length && sites[end] == sites[first]; end++)
            {
            }

            if (end - first >= Enough)
            {
                (climate.Median[sites[first]], climate.Deviation[sites[first]]) = Of(values[first..end]);
            }
        }

        return climate;
    }

    private static (string Unit, ErrorModel Errors)[] Kinds(ArchiveDescription description)
    {
        var models = description.ErrorModels();
        return [.. description.SiteErrors().Units().Select((unit, site) => (unit, models[models.Count == 1 ? 0 : site]))];
    }

    private static (double Median, double Deviation) Of(float[] values)
    {
        if (values.Length < Enough)
        {
            return (0, double.PositiveInfinity);
        }

        Array.Sort(values);
        var median = values[values.Length / 2];
        float[] distances = [.. values.Select(v => Math.Abs(v - median))];
        Array.Sort(distances);
        var deviation = OfGaussian * distances[distances.Length / 2];
        return (median, deviation > 0 ? deviation : double.PositiveInfinity);
    }

    private static (int[] Sites, float[] Values) Sample(IObservationArchive archive)
    {
        var (sites, values) = (new List<int>(), new List<float>());
        foreach (var (trajectory, steps) in Places(archive.Description))
        {
            var stretch = archive.ReadObservations(trajectory, steps);
            for (var i = 0; i < stretch.Mask.Length; i++)
            {
                if (stretch.Mask[i] != 0)
                {
                    sites.Add(i % stretch.SiteCount);
                    values.Add(stretch.Values[i]);
                }
            }
        }

        return ([.. sites], [.. values]);
    }

    // The whole record where it is small, else windows evenly spaced over trajectories and steps.
    private static IEnumerable<(int Trajectory, StepRange Steps)> Places(ArchiveDescription archive)
    {
        var (steps, trajectories) = (archive.Steps, archive.TrajectoryCount);
        if (steps.Count * trajectories <= MostEntries / archive.SiteCount)
        {
            return Enumerable.Range(0, trajectories).Select(t => (t, steps));
        }

        var length = Math.Min(steps.Count, Math.Max(1, MostEntries / archive.SiteCount / Windows));
        return Enumerable.Range(0, Windows).Select(i =>
        {
            var place = (i + 0.5) / Windows * trajectories;
            var start = steps.Start + (long)((i + 0.5) / Windows * (steps.Count - length));
            return ((int)place, new StepRange(start, start + length));
        });
    }
}
