using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Rollouts;

namespace Coda.Training.Stages;

/// <summary>An experiment whose network is a sequential analysis brought together with an archive: every component made and checked against the
/// others.</summary>
public sealed class CycleSetup
{
    private const int MostSegments = 50; // of a walk, after which it starts anew elsewhere
    private const int MostValidationCycles = 96;
    private const int CopiesOfWeights = 8; // averages, gradients, moments, the best, and those on their way into a checkpoint
    private const int ArraysOfLayer = 4; // its output, and what its derivative keeps

    private readonly ObservedTask _task;

    /// <summary>Makes every component.</summary>
    /// <param name="experiment">The experiment; it has the member cycle.</param>
    /// <param name="archive">The observations to train on.</param>
    /// <param name="states">The states that analyses are fitted to; <see langword="null"/> where the teacher is the observations.</param>
    /// <param name="start">The task of the model that training starts from, whose climatology is kept; by default that of the record.</param>
    /// <exception cref="ArgumentException">No such member, an unknown component, options out of range, or parts that do not fit each other.</exception>
    /// <exception cref="InvalidDataException">The record is too short, or nothing is observed.</exception>
    public CycleSetup(Experiment experiment, IObservationArchive archive, Reanalysis? states = null, AssimilationContext? start = null)
    {
        Fit = ObservedTask.FitOf(experiment, archive, "cycle", e => e.Cycle);
        var description = archive.Description;
        (Experiment, Archive, States) = (experiment, description, states);
        _task = new ObservedTask(experiment, archive);
        Record = new TrainingRecord(archive, halfWidth: 0, Span(description));
        Context = start ?? _task.Context(() => _task.Climatology(Record, Simulator.System.ParameterNumbers));
        _ = Context.Climatology; // from the archive, while it is there
        Network = CycleNetwork.Catalog.Create(Fit.Network, Context);
        RequireMemory();
        WholeState = new SiteSelection(_task.Layout, new SiteSelection.Options());
        TrainedFor = _task.Settings();
        Check(description);
    }

    /// <summary>The experiment.</summary>
    public Experiment Experiment { get; }

    /// <summary>How the analysis is trained.</summary>
    public CycleFit Fit { get; }

    /// <summary>What the archive holds.</summary>
    public ArchiveDescription Archive { get; }

    /// <summary>The standard deviation of the observation error; where fields have their own, that which stands for all.</summary>
    public double Sigma => _task.Sigma;

    /// <summary>How many times as large each entry's error is as <see cref="Sigma"/>; nothing for 1. [space]</summary>
    public IReadOnlyList<float>? Scales => _task.Scales;

    /// <summary>The forward model.</summary>
    public Simulator Simulator => _task.Simulator;

    /// <summary>The observation operator.</summary>
    public ObservationOperator Operator => _task.Operator;

    /// <summary>The forcing of the record; <see langword="null"/> where the system has none.</summary>
    public ForcingSeries? Forcing => _task.Forcing;

    /// <summary>The observations, split.</summary>
    public TrainingRecord Record { get; }

    /// <summary>The network's task.</summary>
    public AssimilationContext Context { get; }

    /// <summary>The network.</summary>
    public CycleNetwork Network { get; }

    /// <summary>The states that analyses are fitted to; <see langword="null"/> where the teacher is the observations.</summary>
    public Reanalysis? States { get; }

    /// <summary>The observing settings of the record.</summary>
    internal ObservingSettings TrainedFor { get; }

    /// <summary>The whole state as an observation operator.</summary>
    internal ObservationOperator WholeState { get; }

    /// <summary>The number of updates after which a row's walk along a trajectory starts anew elsewhere.</summary>
    internal int Segments { get; private set; }

    /// <summary>The cycles of a walk along the held-out tenth.</summary>
    internal int ValidationCycles { get; private set; }

    /// <summary>The cycles beyond an update's own whose observations its loss counts.</summary>
    internal int Ahead => States is null ? Fit.Leads : 0;

    // The steps that the longest walk takes: as many as the record holds, so that starts are seldom.
    private int Span(ArchiveDescription archive)
    {
        var whole = archive.TrajectoryCount >= 10;
        var steps = whole ? archive.Steps.Count - Fit.Every : archive.Steps.Count / 10;
        var cycles = (int)Math.Clamp((steps / Fit.Every) - Ahead, Fit.Length, (long)MostSegments * Fit.Length);
        Segments = cycles / Fit.Length;
        ValidationCycles = Math.Min(Math.Max(cycles, Fit.Length), MostValidationCycles);
        return checked((Math.Max(Segments * Fit.Length, ValidationCycles) + Ahead) * Fit.Every);
    }

    private void RequireMemory()
    {
        var (batch, cycles, need) = ((double)Experiment.BatchSize, Math.Max(Fit.Length, ValidationCycles), new MemoryNeed($"Experiment '{Experiment.Name}'"));
        var (entries, channels) = (0.0, 0.0);
        foreach (var weight in Network.WeightDefinitions)
        {
            var length = weight.Shape.Aggregate(1.0, (product, axis) => product * axis);
            need.AddArray($"weights '{weight.Name}' [{string.Join(", ", weight.Shape)}]", sizeof(float), length);
            (entries, channels) = (entries + length, channels + (weight.Shape.Length > 1 ? weight.Shape[0] : 0));
        }

        need.Add(FormattableString.Invariant($"{CopiesOfWeights} copies of {entries} weights"), sizeof(float), CopiesOfWeights - 1, entries)
            .AddArray(FormattableString.Invariant($"what {batch} rows read in {cycles} cycles"), sizeof(float), 2, batch, cycles, Operator.SiteCount)
            .Add(FormattableString.Invariant($"{channels} channels of the network's layers in {Fit.Length} cycles"), ArraysOfLayer * sizeof(float), batch,
                Fit.Length, channels, Network.Points)
            .Require("Take a smaller batchSize, a narrower network, or a shorter cycle.length.");
    }

    private void Check(ArchiveDescription archive)
    {
        var size = Simulator.System.Layout.Size;
        new Faults($"experiment '{Experiment.Name}', whose network is a sequential analysis")
            .Require(Operator.IsSelection(size), nameof(Experiment.Operator), "one that selects entries of the state (such as site-selection)",
                (Experiment.Operator ?? archive.Operator).Name)
            .Require((Fit.Teacher == CycleTeacher.Observations) == States is null, "cycle.teacher",
                States is null ? "the observations, or the states that it means" : "one that has states", Fit.Teacher)
            .Require(States is not null || Experiment.WithholdingFraction > 0, nameof(Experiment.WithholdingFraction),
                "greater than 0 (0.1 does) where the teacher is the observations, for the spread is learned from those withheld",
                Experiment.WithholdingFraction)
            .Require(States is not null || Context.Coordinates is null, "cycle.teacher",
                "one that has states, where errors are on another scale than the state's coordinates", Fit.Teacher)
            .ThrowIfAny();
        States?.Require(archive, size);
        for (var trajectory = 0; Forcing is not null && trajectory < archive.TrajectoryCount; trajectory++)
        {
            Forcing.Require(trajectory, archive.Steps);
        }
    }
}
