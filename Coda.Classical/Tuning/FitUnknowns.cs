using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;

namespace Coda.Classical.Tuning;

/// <summary>The numbers that a fit looks for: the system's parameters, then the initial state of each trajectory.</summary>
internal static class FitUnknowns
{
    private static readonly double FactorOfTen = Math.Log(10);

    /// <summary>Lists them, with starts and priors.</summary>
    /// <param name="system">The system.</param>
    /// <param name="options">Starts and priors that are given.</param>
    /// <param name="archive">What the observations are of.</param>
    /// <param name="trajectories">The observations, as methods read them.</param>
    /// <exception cref="ArgumentException">A name that is neither a parameter nor an entry, or a number that is out of its range.</exception>
    public static IReadOnlyList<FitUnknown> Of(
        DynamicalSystem system, RecordFit.Options options, ArchiveDescription archive, IReadOnlyList<RecordTrajectory> trajectories)
    {
        var layout = system.Layout;
        string[] entries = [.. Enumerable.Range(0, layout.Size).Select(layout.EntryName)];
        string[] known = [.. system.Parameters.Select(p => p.Name), .. entries];
        var faults = new Faults("fit");
        foreach (var name in options.Starts.Select(s => s.Key).Concat(options.Priors.Select(p => p.Name)))
        {
            faults.Require(known.Contains(name), "name", $"one of {string.Join(", ", known)}", $"'{name}'");
        }

        var reference = system.ReferenceState();
        var scale = Math.Max(1, reference.Max(Math.Abs));
        List<FitUnknown> unknowns = [.. system.Parameters.Select(p => Make(p.Name, DomainOf(p), p.Default, Math.Max(1, Math.Abs(p.Default))))];
        foreach (var trajectory in trajectories)
        {
            var first = First(archive, layout, trajectory);
            unknowns.AddRange(entries.Select((name, i) => Make(name, layout.DomainOf(i), first.GetValueOrDefault(i, reference[i]), scale)));
        }

        faults.ThrowIfAny();
        return unknowns;

        FitUnknown Make(string name, StateDomain domain, double guess, double deviation)
        {
            var prior = options.Priors.LastOrDefault(p => p.Name == name);
            var start = options.Starts.Where(s => s.Key == name).Select(s => (double?)s.Value).LastOrDefault() ?? prior?.Mean ?? guess;
            faults.Require(domain.Contains(start), name, $"a start {domain}", start)
                .Require(prior is null or { Deviation: >= 0 and < double.PositiveInfinity }, name, "a deviation of at least 0", prior?.Deviation);
            return prior is not null ? new FitUnknown(name, domain, prior.Deviation == 0 ? prior.Mean : start, prior.Mean, prior.Deviation, true)
                : new FitUnknown(name, domain, start, domain.Contains(start) ? domain.ToWorking(start) : 0, domain.IsReal ? deviation : FactorOfTen, false);
        }
    }

    private static StateDomain DomainOf(ParameterDefinition p) =>
        new(double.IsFinite(p.Lower) ? p.Lower : null, double.IsFinite(p.Upper) ? p.Upper : null);

    // The first value of each site that is an entry of the state.
    private static Dictionary<int, double> First(ArchiveDescription archive, StateLayout layout, RecordTrajectory trajectory)
    {
        var (first, h) = (new Dictionary<int, double>(), ObservationOperator.Catalog.Create(archive.Operator, archive.Layout));
        var models = archive.ErrorModels();
        for (var i = trajectory.Values.Length - 1; i >= 0 && h.IsSelection(archive.Layout.Size); i--)
        {
            var site = trajectory.PlaceOf(i).Site;
            var (entry, value) = (h.Locations[site], models[models.Count == 1 ? 0 : site].FromScale(trajectory.Values[i]));
            if (entry < layout.Size && layout.DomainOf(entry).Contains(value))
            {
                first[entry] = value;
            }
        }

        return first;
    }
}
