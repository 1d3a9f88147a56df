using System.Text.Json.Serialization;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Time;

namespace Coda.Data.Twins;

/// <summary>A twin experiment as one value: a simulated truth, and noisy, incomplete observations of it.</summary>
/// <remarks>
/// Zinchenko and Greenberg (2024), section 2.2. Every trajectory starts from the system's reference state with a perturbation of its own and is spun up
/// before step 0. Truth and observations are pure functions of this record: enumerating them twice gives the same bits. Immutable; safe to share.
/// </remarks>
public sealed record TwinExperiment
{
    private const long MostSteps = 1L << 53;

    /// <summary>The system to simulate.</summary>
    public Component System { get; init; } = new("lorenz96");

    /// <summary>The scheme to simulate it with.</summary>
    public Component Integrator { get; init; } = new("runge-kutta4");

    /// <summary>The observation operator H.</summary>
    public Component Operator { get; init; } = new("site-selection");

    /// <summary>Where and when is observed.</summary>
    public Component ObservingNetwork { get; init; } = new("random-fraction");

    /// <summary>Where each series of the system's forcing comes from, by its name; the time comes by itself.</summary>
    public IReadOnlyDictionary<string, Component>? Forcing { get; init; }

    /// <summary>How the errors meet the observed values.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ErrorModel Errors { get; init; }

    /// <summary>The standard deviation of the Gaussian observation error, at least 0, on its scale (<see cref="ErrorScale"/>), as of the values' logarithms
    /// where errors are multiplicative.</summary>
    public double Sigma { get; init; } = 1;

    /// <summary>Errors and units of single fields, by the field's symbol, where <see cref="Sigma"/> and <see cref="Errors"/> do not hold for all.</summary>
    public SortedDictionary<string, ObservedField>? Fields { get; init; }

    /// <summary>The model's time step dt.</summary>
    public double StepLength { get; init; } = 0.01;

    /// <summary>The number of independent trajectories.</summary>
    public int TrajectoryCount { get; init; } = 1;

    /// <summary>The number of steps of each trajectory.</summary>
    public long StepCount { get; init; } = 1000;

    /// <summary>The number of steps before step 0 that are thrown away.</summary>
    public long SpinUpSteps { get; init; } = 2000;

    /// <summary>The observations that no analysis may use.</summary>
    public Withholding Withheld { get; init; } = Withholding.None;

    /// <summary>The seed of initial states, observing network and errors.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Checks every value and describes the archive that the experiment fills.</summary>
    /// <param name="provenance">Where the data come from, in words.</param>
    /// <exception cref="ArgumentException">A value out of range, or an unknown component, all faults at once; or a system that this machine has no memory
    /// for, or a step at which the scheme is unstable.</exception>
    public ArchiveDescription Describe(string provenance = "twin experiment")
    {
        new Faults(nameof(TwinExperiment))
            .Require(Sigma >= 0 && double.IsFinite(Sigma), nameof(Sigma), "a finite number of at least 0", Sigma)
            .Require(TrajectoryCount >= 1, nameof(TrajectoryCount), "at least 1", TrajectoryCount)
            .Require(StepCount is >= 1 and <= MostSteps, nameof(StepCount), $"1 to {MostSteps}", StepCount)
            .Require(SpinUpSteps is >= 0 and <= MostSteps, nameof(SpinUpSteps), $"0 to {MostSteps}", SpinUpSteps)
            .Require(Withheld.Fraction is >= 0 and < 1, nameof(Withheld), "a share in [0, 1)", Withheld.Fraction)
            .ThrowIfAny();
        var run = new TwinMaking(this);
        run.Simulator.RequireStable();
        var description = new ArchiveDescription
        {
            System = System,
            Layout = run.Simulator.System.Layout,
            Operator = Operator,
            SiteCount = run.Operator.SiteCount,
            ObservingNetwork = ObservingNetwork,
            Sigma = Sigma > 0 ? Sigma : null,
            Errors = Errors,
            Fields = Fields is { Count: > 0 } ? Fields : null,
            StepLength = StepLength,
            Forcing = run.Stored is { Count: > 0 } stored ? stored : null,
            TrajectoryCount = TrajectoryCount,
            Steps = new StepRange(0, StepCount),
            Seed = Seed,
            Withheld = Withheld,
            Provenance = provenance,
        };
        _ = description.Deviations(); // which are known of every site
        return description;
    }

    /// <summary>Simulates the truth, in order of trajectory and step.</summary>
    /// <param name="progress">Told the share done, in [0, 1].</param>
    /// <param name="cancellation">Stops between steps, those of the spin-up included.</param>
    /// <exception cref="DivergenceException">The simulation left the range of finite numbers.</exception>
    public IEnumerable<StateBlock> Truth(IProgress<double>? progress = null, CancellationToken cancellation = default) =>
        new TwinMaking(this).Blocks(progress, cancellation).Select(block => block.ToStates());

    /// <summary>The forcing, from the sources: at the record's steps, and at some after it.</summary>
    /// <param name="stepsAfter">The steps after the record, for forecasts from its end; at least 0.</param>
    /// <returns>The rows of every trajectory; none where the system has no forcing but the time.</returns>
    public IEnumerable<StateBlock> ForcingRows(int stepsAfter = 0) => new TwinMaking(this).ForcingRows(stepsAfter);

    /// <summary>Simulates the observations, in order of trajectory and step.</summary>
    /// <param name="progress">Told the share done, in [0, 1].</param>
    /// <param name="cancellation">Stops between steps, those of the spin-up included.</param>
    /// <exception cref="DivergenceException">The simulation left the range of finite numbers.</exception>
    public IEnumerable<ObservationStretch> Observations(IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        var run = new TwinMaking(this);
        return run.Blocks(progress, cancellation).Select(run.Observe);
    }
}
