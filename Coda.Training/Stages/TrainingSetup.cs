using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Training.Experiments;
using Coda.Training.Losses;
using Coda.Training.Networks;
using Coda.Training.Rollouts;

namespace Coda.Training.Stages;

/// <summary>An experiment brought together with an archive: every component made and checked against the others.</summary>
public sealed class TrainingSetup
{
    private readonly ObservedTask _task;
    private readonly Lazy<ObservingSettings> _record;

    /// <summary>Makes every component.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="archive">The observations to train on.</param>
    /// <param name="reanalysis">The states of the record to fit analyses to, where the loss has such a term.</param>
    /// <param name="start">The task of the model that training starts from, whose climatology and errors are kept; by default those of the record.</param>
    /// <exception cref="ArgumentException">An unknown component, options out of range, parts that do not fit each other, or numbers that this machine has no
    /// memory for.</exception>
    /// <exception cref="InvalidDataException">The record is too short, or nothing is observed, or the forcing does not cover it.</exception>
    public TrainingSetup(Experiment experiment, IObservationArchive archive, Reanalysis? reanalysis = null, AssimilationContext? start = null)
    {
        experiment.Check();
        var description = archive.Description;
        Experiment = experiment;
        Archive = description;
        _task = new ObservedTask(experiment, archive);
        _record = new(_task.Settings);
        var layout = Simulator.System.Layout;
        Terms = [.. experiment.Loss.Select(term => LossTerm.Catalog.Create(term))];
        LaterOffset = Terms.Max(term => term.LaterOffset);
        Correction = experiment.Correction is { } correction ? Correction.Catalog.Create(correction, layout) : null;
        if (experiment.Tracked is { } tracked)
        {
            TrackedHybrid.Names(tracked, experiment.Parameters.Select(p => p.Name), Correction);
        }

        for (var trajectory = 0; Forcing is not null && trajectory < description.TrajectoryCount; trajectory++)
        {
            Forcing.Require(trajectory, description.Steps);
        }

        Context = start ?? _task.Context(
            () => _task.Climatology(Record!, StartingParameters), new(Simulator, StartingParameters, [.. experiment.Parameters.Select(p => p.Name)]));
        SpreadOperator = Context.Coordinates is null ? Operator : new SiteSelection(layout, new() { Sites = Operator.Locations });
        Network = AssimilationNetwork.Catalog.Create(experiment.Network, Context);
        TrainingMemory.Of(
            experiment, [.. Network.WeightDefinitions, .. Correction?.WeightDefinitions ?? []], (2.0 * Network.HalfWidth) + 1, description.SiteCount,
            layout.Size)
            .Require("Take a smaller batchSize, a narrower or shorter network, or a shorter rolloutLength.");
        Record = new TrainingRecord(archive, Network.HalfWidth, experiment.RolloutLength + LaterOffset);
        _ = Context.Climatology; // needs the record, which needs the network's half-width
        WholeState = new SiteSelection(layout, new SiteSelection.Options());
        Loss = new RolloutLoss(Simulator, Operator, Correction, Terms, experiment.RolloutLength);
        CheckParameters();
        CheckReanalysis(reanalysis);
        Reanalysis = reanalysis;
        CheckSpread();
        CheckSettings();
        Redrawn = reanalysis is not null && experiment.Reanalysis is { RedrawProbability: > 0 and var probability }
            ? new RedrawnWindows(Record, reanalysis, Operator, Sigma, probability, experiment.Reanalysis.Settings, _task.SiteScales)
            : null;
    }

    /// <summary>The experiment.</summary>
    public Experiment Experiment { get; }

    /// <summary>What the archive holds.</summary>
    public ArchiveDescription Archive { get; }

    /// <summary>The standard deviation of the observation error; where fields have their own, that which stands for all.</summary>
    public double Sigma => _task.Sigma;

    /// <summary>How many times as large each entry's error is as <see cref="Sigma"/>, where fields have errors of their own; nothing for 1. [space]</summary>
    public IReadOnlyList<float>? Scales => _task.Scales;

    /// <summary>The forward operator.</summary>
    public Simulator Simulator => _task.Simulator;

    /// <summary>The observation operator as the model sees it.</summary>
    public ObservationOperator Operator => _task.Operator;

    /// <summary>What is observed of states as coordinates: what their spread is learned from.</summary>
    internal ObservationOperator SpreadOperator { get; }

    /// <summary>The loss's terms.</summary>
    public IReadOnlyList<LossTerm> Terms { get; }

    /// <summary>How many steps after the rollout's end the later window is centred.</summary>
    public int LaterOffset { get; }

    /// <summary>The observations, split.</summary>
    public TrainingRecord Record { get; }

    /// <summary>The forcing of the record; <see langword="null"/> where the system has none.</summary>
    public ForcingSeries? Forcing => _task.Forcing;

    /// <summary>The assimilation network's task.</summary>
    public AssimilationContext Context { get; }

    /// <summary>The assimilation network.</summary>
    public AssimilationNetwork Network { get; }

    /// <summary>The correction; <see langword="null"/> for none.</summary>
    public Correction? Correction { get; }

    /// <summary>The loss.</summary>
    public RolloutLoss Loss { get; }

    /// <summary>The whole state as an observation operator.</summary>
    internal ObservationOperator WholeState { get; }

    /// <summary>The states that analyses are fitted to; <see langword="null"/> for none.</summary>
    public Reanalysis? Reanalysis { get; }

    /// <summary>Where windows of observations are drawn anew from; <see langword="null"/> for nowhere.</summary>
    internal RedrawnWindows? Redrawn { get; }

    /// <summary>The observing settings that the network is trained for: the record's, sparser by what is withheld from it, and those that windows are drawn
    /// anew in.</summary>
    internal ObservingSettings TrainedFor
    {
        get
        {
            var (own, withheld) = (_record.Value, Experiment.WithholdingFraction);
            own = own with { LeastDensity = (1 - withheld) * own.LeastDensity };
            return Redrawn is null || Experiment.Reanalysis?.Settings is not { } range ? own : new ObservingSettings(
                Math.Min(own.LeastSigma, Sigma * range.LeastSigma), Math.Max(own.LargestSigma, Sigma * range.LargestSigma),
                Math.Min(own.LeastDensity, range.LeastDensity), Math.Max(own.LargestDensity, range.LargestDensity),
                Math.Max(own.LongestGap, range.LongestGap), Math.Max(own.LargestHole, range.LargestHole));
        }
    }

    /// <summary>Whether a look at the held-out tenth is the likelihood of its states in settings of the whole range, which judges states and spread, where
    /// large errors are expected and where not.</summary>
    internal bool ValidatesByLikelihood => Reanalysis is not null && Experiment.Reanalysis?.Settings is not null;

    /// <summary>The definitions of the trained parameters.</summary>
    public IReadOnlyDictionary<string, ParameterDefinition> Trained =>
        Experiment.Parameters.ToDictionary(p => p.Name, p => Simulator.System.Parameters.Single(d => d.Name == p.Name));

    /// <summary>The values of all parameters at the start.</summary>
    public IReadOnlyDictionary<string, double> StartingParameters
    {
        get
        {
            var numbers = new Dictionary<string, double>(Simulator.System.ParameterNumbers);
            foreach (var parameter in Experiment.Parameters)
            {
                numbers[parameter.Name] = parameter.Start;
            }

            return numbers;
        }
    }

    /// <summary>Observations as <see cref="SpreadOperator"/> has them: their coordinates, with the error's size there.</summary>
    /// <param name="values">The observations, on the scale of their errors. [batch, site]</param>
    /// <param name="precisions">1/σ² there where observed, else 0. [batch, site]</param>
    internal (float[] Values, float[] Precisions) AsCoordinates(ReadOnlySpan<float> values, ReadOnlySpan<float> precisions)
    {
        var (seen, weights) = (values.ToArray(), precisions.ToArray());
        if (Context.Coordinates is { } coordinates)
        {
            foreach (var i in Enumerable.Range(0, seen.Length).Where(i => weights[i] > 0))
            {
                var (entry, error) = (Operator.Locations[i % Operator.SiteCount], 1 / MathF.Sqrt(weights[i]));
                var there = (coordinates.At(entry, seen[i] + error).Value - coordinates.At(entry, seen[i] - error).Value) / 2; // half of what two errors span
                (seen[i], weights[i]) = ((float)coordinates.At(entry, seen[i]).Value, (float)(1 / (there * there)));
            }
        }

        return (seen, weights);
    }

    private void CheckSettings()
    {
        if (Reanalysis is null || Experiment.Reanalysis is not { } fit)
        {
            return;
        }

        new Faults($"the fit of network '{Experiment.Network.Name}'")
            .Require(fit.ErrorScale is null
                || Network.HasSpread, "reanalysis.errorScale", "none, or a network with hasSpread, by whose spread entries are weighed", fit.ErrorScale)
            .ThrowIfAny();
        if (fit.Settings is { } range)
        {
            new Faults($"the settings that network '{Experiment.Network.Name}' is fitted over")
                .Require(Network.HasSpread, "reanalysis.network.hasSpread", "true, for what is seen differs from window to window", false)
                .Require(
                    Network.ReadsSigma || (range.LeastSigma == 1 && range.LargestSigma == 1), "reanalysis.network.readsSigma",
                    "true, or leastSigma and largestSigma 1: the network must know the errors that it is shown", false)
                .ThrowIfAny();
        }
    }

    // The error of an observation that the network has seen is not independent of the analysis's, and would pass for a small spread.
    private void CheckSpread()
    {
        if (Network.HasSpread && Reanalysis is null)
        {
            new Faults($"the spread of network '{Experiment.Network.Name}', which is learned from withheld observations")
                .Require(Experiment.WithholdingFraction > 0,
                    nameof(Experiment.WithholdingFraction), "greater than 0 (0.4 does), or a network without hasSpread", Experiment.WithholdingFraction)
                .Require(
                    SpreadOperator.IsSelection(Simulator.System.Layout.Size),
                        nameof(Experiment.Operator), "one that selects entries of the state (such as site-selection)",
                    (Experiment.Operator ?? Archive.Operator).Name)
                .ThrowIfAny();
        }
    }

    private void CheckReanalysis(Reanalysis? reanalysis)
    {
        if (Terms.Any(term => term.UsesReanalysis) != reanalysis is not null)
        {
            throw new ArgumentException(reanalysis is null
                ? $"The loss of experiment '{Experiment.Name}' compares with a reanalysis: expected one, got none. "
                    + "Leave it to the member 'reanalysis', which makes one after the joint training."
                : $"Expected a loss that compares with the reanalysis given (reanalysis-misfit), "
                    + $"got {string.Join(", ", Experiment.Loss.Select(term => term.Name))}.");
        }

        reanalysis?.Require(Archive, Simulator.System.Layout.Size);
    }

    private void CheckParameters()
    {
        foreach (var parameter in Experiment.Parameters)
        {
            var definition = Simulator.System.Parameters.FirstOrDefault(d => d.Name == parameter.Name) ?? throw new ArgumentException(
                $"Expected a parameter of '{Experiment.System.Name}' ({string.Join(", ", Simulator.System.Parameters.Select(d => d.Name))}), "
                    + $"got '{parameter.Name}'.");
            if (!(parameter.Start >= definition.Lower && parameter.Start <= definition.Upper))
            {
                throw new ArgumentException($"Expected {parameter.Name} to start in [{definition.Lower}, {definition.Upper}], got {parameter.Start}.");
            }
        }
    }
}
