using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Training.Networks;
using Coda.Training.Optimization;

namespace Coda.Training.Stages;

/// <summary>A stage that trains one network on states of the training record: those of a reanalysis, or of a twin experiment's truth.</summary>
/// <typeparam name="TNetwork">The kind of network.</typeparam>
public abstract class StatesStage<TNetwork> : RecordStage
    where TNetwork : ITrainable
{
    private readonly string _name;

    /// <summary>Brings task and network together with states.</summary>
    /// <param name="name">The network's name among the parts.</param>
    /// <param name="set">The experiment brought together with an archive, and the network that it names.</param>
    /// <param name="states">The states to train on.</param>
    /// <param name="start">The model whose network it starts from; random weights by default.</param>
    /// <param name="turns">Whether states are turned at random round the axes on which no place is special.</param>
    /// <exception cref="ArgumentException">The archive and the states do not fit.</exception>
    private protected StatesStage(string name, (StatesTask Task, TNetwork Network) set, Reanalysis states, TrainedModel? start, bool turns)
        : base(TrainingIdentity.Of(set.Task.Experiment, set.Task.Archive, states ?? throw new ArgumentNullException(nameof(states)), start), start)
    {
        (_name, Task, Network, States) = (name, set.Task, set.Network, states);
        states.Require(Archive, Context.Layout.Size);
        Turn = new StateTurn(Context.Layout, turns ? Task.Simulator.System.SymmetricAxes : []);
    }

    /// <summary>The network.</summary>
    public TNetwork Network { get; }

    /// <summary>The network's task.</summary>
    public AssimilationContext Context => Task.Context;

    /// <summary>The states to train on.</summary>
    public Reanalysis States { get; }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<TrainablePart> Parts =>
    [
        new(_name, Network)
        {
            Groups = [new($"{_name}-moments", Experiment.LearningRate, "states", _ => true) { Title = _name }],
            Start = Start?.PartOf<TNetwork>(),
        },
    ];

    /// <summary>The system of the states, the record, and how it is observed.</summary>
    internal StatesTask Task { get; }

    /// <summary>How states are turned.</summary>
    internal StateTurn Turn { get; }

    /// <summary>The model that training ended in.</summary>
    /// <param name="trained">What <see cref="TrainingLoop.Run"/> gave.</param>
    public abstract TrainedModel End(TrainedWeights trained);

    /// <summary>The same where a task's layout may have become another.</summary>
    /// <param name="trained">What <see cref="TrainingLoop.Run"/> gave.</param>
    /// <param name="context">The model's task.</param>
    /// <param name="op">The observation operator on that layout, where it is another.</param>
    private protected TrainedModel End(TrainedWeights trained, AssimilationContext context, Component? op = null) => new(
        Experiment, Archive, Task.Simulator, context, [new ModelPart(_name, Network, trained.Parts[_name])], Task.Simulator.System.ParameterNumbers,
        trained.Validation)
    {
        TrainedFor = Task.TrainedFor,
        Operator = op,
    };
}
