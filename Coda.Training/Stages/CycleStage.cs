using Coda.Data.Archives;
using Coda.Training.Experiments;
using Coda.Training.Losses;
using Coda.Training.Networks;
using Coda.Training.Optimization;
using static TorchSharp.torch;

namespace Coda.Training.Stages;

/// <summary>The stage that trains a sequential analysis through cycles of the forecast.</summary>
/// <remarks>Truncated back-propagation: forecasts and memories at the end of an update are where the next one begins, and lie in its checkpoint.</remarks>
public sealed class CycleStage : RecordStage
{
    /// <summary>The network's name among the parts.</summary>
    public const string Cycle = "cycle";

    private const double SpreadRate = 4; // its way from the climatology's deviation is long, and no other weight depends on it

    private const int FirstBatch = 1 << 20; // other draws than those of the looks
    private const int MostBatches = 16;
    private const int EnoughEntries = 1 << 15;

    /// <summary>Brings an experiment together with an archive.</summary>
    /// <param name="experiment">What to train and how; it has the member cycle.</param>
    /// <param name="archive">The observations.</param>
    /// <param name="states">The states that analyses are fitted to; <see langword="null"/> where the teacher is the observations.</param>
    /// <param name="start">The model whose cycle network it starts from; random weights by default.</param>
    /// <exception cref="ArgumentException">The experiment, the archive and the states do not fit.</exception>
    /// <exception cref="InvalidDataException">The record is too short, or nothing is observed.</exception>
    public CycleStage(Experiment experiment, IObservationArchive archive, Reanalysis? states = null, TrainedModel? start = null)
        : this(new CycleSetup(experiment, archive, states, start?.Context), start)
    {
    }

    private CycleStage(CycleSetup setup, TrainedModel? start)
        : base(TrainingIdentity.Of(setup.Experiment, setup.Archive, setup.States, start), start) => Setup = setup;

    /// <summary>What is trained, made and checked.</summary>
    public CycleSetup Setup { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<TrainablePart> Parts =>
    [
        new(Cycle, Setup.Network)
        {
            Groups =
            [
                new("cycle-moments", Experiment.LearningRate, "states", d => !d.IsSpread) { Title = Cycle },
                new("cycle-spread-moments", SpreadRate * Experiment.LearningRate, "spread", d => d.IsSpread) { Title = "spread" },
            ],
            Start = Start?.PartOf<CycleNetwork>(),
        },
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Terms => [Setup.States is null ? "innovations" : "analysis-misfit", SpreadLikelihood.Name];

    /// <inheritdoc/>
    public override bool StartCompetes => Start is not null;

    /// <inheritdoc/>
    public override string DivergenceCure => "Lower the learning rate (learningRate), or go back through fewer cycles (cycle.length)";

    /// <inheritdoc/>
    public override StageShare Share(IReadOnlyList<Weights<Tensor>> weights, Range rows, Device device) => new CycleShare(Setup, weights[0], rows, device);

    /// <summary>The model that training ended in.</summary>
    /// <remarks>The spread is fitted once more, by floor and scale, to the held-out tenth: withheld observations decide few weights.</remarks>
    /// <param name="trained">What <see cref="TrainingLoop.Run"/> gave.</param>
    /// <param name="device">Where the spread is calibrated; the CPU by default.</param>
    public TrainedModel End(TrainedWeights trained, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(trained);
        var weights = new Dictionary<string, float[]>(trained.Parts[Cycle]);
        if (weights.ContainsKey(SpreadHead.Scale))
        {
            Calibrate(weights, device ?? CPU);
        }

        return new TrainedModel(
            Experiment, Archive, Setup.Simulator, Setup.Context, [new ModelPart(Cycle, Setup.Network, weights)],
            Setup.Simulator.System.ParameterNumbers, trained.Validation)
        {
            TrainedFor = Setup.TrainedFor,
        };
    }

    private void Calibrate(Dictionary<string, float[]> weights, Device device)
    {
        using var store = new WeightStore(Setup.Network.WeightDefinitions, 0, device);
        store.Load(weights);
        var (share, entries) = (new CycleShare(Setup, store.View(), ..Experiment.BatchSize, device), new List<SpreadCalibration.Entry>());
        for (var number = 0; number < MostBatches && entries.Count < EnoughEntries; number++)
        {
            entries.AddRange(share.Entries(FirstBatch + number));
        }

        var (floor, scale) = SpreadCalibration.Maximum(entries);
        weights[SpreadHead.Floor] = [(float)floor];
        weights[SpreadHead.Scale] = [(float)scale];
    }
}
