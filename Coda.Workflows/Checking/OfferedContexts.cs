using Coda.Data.Archives;
using Coda.Data.Archives.Import;
using Coda.Data.Dynamics;
using Coda.Data.Feeds;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Training.Networks;

namespace Coda.Workflows.Checking;

/// <summary>What plug-ins are made from when they are checked: the systems that come with them first, then Coda's own.</summary>
/// <param name="systems">The names of the systems that come with them.</param>
/// <param name="stepLength">The time step of their records.</param>
internal sealed class OfferedContexts(IReadOnlyList<string> systems, double stepLength)
{
    private const int Steps = 60;

    private readonly Dictionary<string, IObservationArchive?> _archives = [];

    /// <summary>What stands for a type of context, one for each system.</summary>
    /// <param name="type">The type.</param>
    /// <exception cref="NotSupportedException">Nothing is offered for it.</exception>
    public IEnumerable<object> Of(Type type) =>
        type == typeof(StateLayout) ? Layouts()
        : type == typeof(SiteMap) ? Layouts().Select(layout => new SiteMap(layout, [.. Enumerable.Range(0, layout.Size)]))
        : type == typeof(AssimilationContext) ? Layouts().Select(layout => new AssimilationContext(
            layout, [.. Enumerable.Range(0, layout.Size)], new Climatology(new double[layout.Size], [.. Enumerable.Repeat(1.0, layout.Size)])))
        : type == typeof(FeedContext) ? [new FeedContext(new ObservationTextSettings { StepLength = stepLength, TimeUnit = "1", SiteOf = _ => null })]
        : type == typeof(ForecastContext) ? Archives().Select(archive => new ForecastContext(archive.Description))
        : type == typeof(AnalysisContext) ? Archives().Select(archive => new AnalysisContext(archive))
        : throw new NotSupportedException($"Expected a context of a known type, got {type.Name}.");

    private IEnumerable<StateLayout> Layouts() =>
        [.. systems.Select(name => DynamicalSystem.Catalog.Create(new Component(name)).Layout), StateLayout.On(new Ring(40)), StateLayout.Of("x", "y", "z")];

    private IEnumerable<IObservationArchive> Archives() => systems.Append("lorenz96").Select(Archive).OfType<IObservationArchive>();

    // A system whose run diverges has a check that says so; one with forcing has no record without a source for it.
    private IObservationArchive? Archive(string system)
    {
        if (!_archives.TryGetValue(system, out var archive))
        {
            var twin = new TwinExperiment { System = new Component(system), StepLength = stepLength, StepCount = Steps, SpinUpSteps = Steps };
            var made = DynamicalSystem.Catalog.Create(twin.System);
            twin = made.Linear is null ? twin : twin with { Integrator = new Component(Catalog<Integrator>.NameOf(typeof(ExponentialRungeKutta4))) };
            try
            {
                archive = made.Forcing.Count > 0 ? null : new MemoryArchive(twin.Describe(), twin.Observations());
            }
            catch (DivergenceException)
            {
                archive = null;
            }

            _archives.Add(system, archive);
        }

        return archive;
    }
}
