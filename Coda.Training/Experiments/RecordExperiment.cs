using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Training.Networks;
using Coda.Training.Rollouts;

namespace Coda.Training.Experiments;

/// <summary>The experiment that a record asks for where nobody says otherwise: its own system, all of whose parameters are estimated from the system's
/// values, with a window and rollouts that fit the record.</summary>
/// <remarks>
/// Windows and rollouts are in proportion to the record's decorrelation time (<see cref="DecorrelationTime"/>), windows wide enough for a few observations of
/// each site; rollouts are no longer than the simulator stays finite from the record's climatology (<see cref="RolloutProbe"/>) and than the record allows. The
/// network is small, so that a first model takes minutes; a larger one (<c>network.width</c>, <c>steps</c>) is better.
/// </remarks>
public static class RecordExperiment
{
    /// <summary>The fewest steps of a record that a network can be trained from.</summary>
    public const int LeastSteps = 8;

    private const int MostRollout = 25;
    private const int MostHalfWidth = 50;
    private const int LeastHalfWidth = 3;
    private const int LeastTrajectories = 10; // from which on whole ones are held out

    /// <summary>Derives the experiment.</summary>
    /// <param name="archive">The observations.</param>
    /// <param name="system">The system, where the archive names none or another one is wanted.</param>
    /// <param name="starts">Values of parameters to start from in place of the system's own, such as a trained model's, by name; others stay as they
    /// are.</param>
    /// <exception cref="ArgumentException">No system is named, it does not fit the archive, or the record's step is too long for its scheme.</exception>
    /// <exception cref="InvalidDataException">The record is too short, or nothing is observed.</exception>
    public static Experiment Of(IObservationArchive archive, Component? system = null, IReadOnlyDictionary<string, double>? starts = null)
    {
        ArgumentNullException.ThrowIfNull(archive);
        var description = archive.Description;
        var component = system ?? description.System ?? throw new ArgumentException(
            "Expected a simulator, got none: the archive names no system. Name one (--system NAME; 'coda systems' lists them), or import the observations with "
            + "--system.");
        RequireLength(description);
        starts ??= new Dictionary<string, double>();
        var (simulated, sample) = (DynamicalSystem.Catalog.Create(component), DecorrelationTime.Sample(PlausibleObservations.Of(archive)).ToList());
        var h = ArchiveMatch.Require(component, simulated.Layout, description.Operator, description);
        var fields = ObservedField.ScalesOf(simulated.Layout, description.Fields, description.Sigma);
        var sigma = fields.Sigma ?? OwnSigma(sample);
        var coordinates = ObservedCoordinates.Of(simulated.Layout, description.Fields, description.Errors, sigma ?? 0);
        var climatology = Climatology.Estimate(
            sample, sigma ?? 0, simulated.Layout, h.Locations, fields.Scales, coordinates is null ? null : coordinates.At);
        var context = new AssimilationContext(simulated.Layout, h.Locations, climatology);
        var time = DecorrelationTime.InSteps(sample, sigma ?? 0) ?? MostRollout;
        var experiment = new Experiment
        {
            Name = component.Name,
            Description = "With settings derived from its training record.",
            System = component,
            Integrator = new Component(Catalog<Integrator>.NameOf(Simulator.UsualIntegrator(simulated, description.StepLength).GetType())),
            Sigma = fields.Sigma is null ? sigma : null,
            Network = Network(description, context, sample, time),
            Parameters = [.. simulated.Parameters.Select(p => new TrainedParameter(p.Name, starts.GetValueOrDefault(p.Name, p.Default)))],
            Loss = [new Component("data-misfit"), new Component("consistency", new JsonObject { ["alpha"] = 0.5 })],
            WithholdingFraction = 0.4,
            BlankingProbability = 0.2,
            BatchSize = context.Grid is null ? 64 : 16,
            WarmUpSteps = 50,
            Steps = 2000,
            ParameterLearningRate = 7e-3,
            HasRelativeRates = true,
            ValidationInterval = 100,
            CheckpointInterval = 100,
        };
        var simulator = new Simulator(simulated, Integrator.Catalog.Create(experiment.Integrator), description.StepLength);
        var parameters = experiment.Parameters.ToDictionary(p => p.Name, p => p.Start);
        var forcing = ForcingSeries.Of(simulator.System.Forcing, archive);
        climatology = FreeClimatology.Complete(climatology, h.Locations, simulator, parameters, forcing);
        return experiment with { RolloutLength = Rollout(description, simulator, parameters, climatology, time, forcing) };
    }

    private static void RequireLength(ArchiveDescription description)
    {
        if (description.Steps.Count < LeastSteps)
        {
            throw new InvalidDataException(
                $"Expected a record of at least {LeastSteps} steps to train a network from, got {description.Steps.Count}. Estimate the simulator's parameters "
                + "without a network ('coda estimate'), or import the observations with a shorter --step-length.");
        }
    }

    // The root mean square of the errors that observations have of their own.
    private static double? OwnSigma(IEnumerable<ObservationStretch> sample)
    {
        var (count, squares) = (0L, 0.0);
        foreach (var own in sample.SelectMany(stretch => stretch.Sigma ?? []).Where(own => own > 0))
        {
            (count, squares) = (count + 1, squares + ((double)own * own));
        }

        return count > 0 ? Math.Sqrt(squares / count) : null;
    }

    private static Component Network(ArchiveDescription description, AssimilationContext context, IReadOnlyCollection<ObservationStretch> sample, int time)
    {
        var (entries, seen) = (sample.Sum(s => (double)s.Mask.Length), sample.Sum(s => s.Mask.Sum(m => (double)m)));
        var widest = (int)Math.Min(MostHalfWidth, description.Steps.Count / 3);
        var halfWidth = Math.Clamp(Math.Max(time, (int)Math.Ceiling(3 * entries / Math.Max(1, seen))), Math.Min(LeastHalfWidth, widest), widest);
        var kernel = Math.Min(5, context.Grid?.Shape.Min() ?? 5);
        return new Component("time-channel", new JsonObject
        {
            ["halfWidth"] = halfWidth,
            ["width"] = context.Grid is null ? 96 : 48, // without space a step costs next to nothing
            ["blocks"] = 2,
            ["kernel"] = kernel % 2 == 0 ? kernel - 1 : kernel,
        });
    }

    private static int Rollout(
        ArchiveDescription description, Simulator simulator, IReadOnlyDictionary<string, double> parameters, Climatology climatology, int time,
        ForcingSeries? forcing)
    {
        var fits = description.TrajectoryCount >= LeastTrajectories ? description.Steps.Count / 2 : description.Steps.Count / 5;
        var wanted = (int)Math.Clamp(Math.Min(time, fits), 1, MostRollout);
        var finite = RolloutProbe.FiniteSteps(simulator, parameters, climatology, wanted, forcing);
        return finite < wanted && RolloutProbe.StepFault(simulator, parameters, climatology, wanted, forcing) is { } fault
            ? throw new ArgumentException($"{fault}.")
            : Math.Max(1, finite);
    }
}
