using System.Numerics.Tensors;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation;

/// <summary>The forecast and the cycle of a model whose network is a sequential analysis, bound for some rows. Not thread-safe: one for each worker.</summary>
internal sealed class CycleGraphs : IDisposable
{
    private readonly ModelCard _card;
    private readonly HybridModel _forecast;
    private readonly BoundGraph _cycle;

    /// <summary>Binds the graphs.</summary>
    /// <param name="model">The trained model; it stays the caller's.</param>
    /// <param name="card">Its card, as it reads for what is analyzed.</param>
    /// <param name="archive">What the states are of; by default what the model was trained on.</param>
    /// <param name="rows">The trajectories that are advanced together.</param>
    public CycleGraphs(OnnxModel model, ModelCard card, ArchiveDescription? archive, int rows)
    {
        (_card, Rows, Members) = (card, rows, MembersOf(model));
        _forecast = archive is null ? new HybridModel(model) : new HybridModel(model, archive);
        _cycle = Bind(model, card, rows);
        Start = StartingMembers.Draw(card.ClimatologyMean, card.ClimatologyDeviation, Members);
    }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The states that each row carries along.</summary>
    public int Members { get; }

    /// <summary>What a row begins from. [member, space]</summary>
    public float[] Start { get; }

    /// <summary>The forcing that forecasts read.</summary>
    public IReadOnlyList<ForcingDefinition> Forcing => _forecast.Forcing;

    /// <summary>What the network reads of the newest step: values and mask. [row, 2, site]</summary>
    public Span<float> Newest => _cycle.Input(1);

    /// <summary>What the network remembers. [row, channel, point]</summary>
    public Span<float> Memory => _cycle.Input(2);

    /// <summary>The spread of the newest analyses. [row, space]</summary>
    public ReadOnlySpan<float> Spread => _cycle.Output(1);

    /// <summary>The gain of the newest analyses; nothing where the network has none. [row, weight, point]</summary>
    public ReadOnlySpan<float> Gain => HasGain(_card) ? _cycle.Output(4) : [];

    private int Size => _card.Layout.Size;

    /// <summary>The states that a model's cycle carries along for each trajectory.</summary>
    /// <param name="model">The model.</param>
    public static int MembersOf(OnnxModel model) =>
        checked((int)ModelAxes.Parse(model.Card.Files[model.Card.FileOf(ModelRoles.Cycle)!].Inputs[ModelFolder.Background])[1]!.Value);

    /// <summary>Whether a model's cycle gives its gain.</summary>
    /// <param name="card">The model's card.</param>
    private static bool HasGain(ModelCard card) => card.Files[card.FileOf(ModelRoles.Cycle)!].Outputs.ContainsKey(ModelFolder.Gain);

    /// <summary>Advances members by a step, in place.</summary>
    /// <param name="members">The members. [row, member, space]</param>
    /// <param name="forcing">The forcing at the step and the next, of each row and member. [row, member, 2, channel]</param>
    public void Forecast(float[] members, ReadOnlySpan<float> forcing)
    {
        var next = new float[members.Length];
        _forecast.Advance(members, next, Rows * Members, forcing);
        next.CopyTo(members, 0);
    }

    /// <summary>Takes the members' mean.</summary>
    /// <param name="members">The members. [row, member, space]</param>
    /// <param name="mean">Their mean. [row, space]</param>
    public void Average(ReadOnlySpan<float> members, Span<float> mean)
    {
        for (var row = 0; row < Rows; row++)
        {
            var into = mean.Slice(row * Size, Size);
            members.Slice(row * Start.Length, Size).CopyTo(into);
            for (var member = 1; member < Members; member++)
            {
                TensorPrimitives.Add(into, members.Slice((row * Start.Length) + (member * Size), Size), into);
            }

            TensorPrimitives.Divide(into, Members, into);
        }
    }

    /// <summary>Analyzes <see cref="Newest"/>, which becomes the memory's, too.</summary>
    /// <param name="members">The forecasts, then the members about the analyses. [row, member, space]</param>
    /// <param name="mean">The analyses. [row, space]</param>
    public void Analyze(Span<float> members, Span<float> mean)
    {
        members.CopyTo(_cycle.Input(0));
        _cycle.Run();
        SpreadBound.Apply(_cycle.MutableOutput(1), _card);
        _cycle.Output(0).CopyTo(mean);
        _cycle.Output(2).CopyTo(members);
        _cycle.Output(3).CopyTo(_cycle.Input(2));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cycle.Dispose();
        _forecast.Dispose();
    }

    private static BoundGraph Bind(OnnxModel model, ModelCard card, int rows)
    {
        var file = model.Card.Files[model.Card.FileOf(ModelRoles.Cycle)!];
        var (own, size, members) = (model.Card.Layout.Size, card.Layout.Size, MembersOf(model));
        TensorBinding[] inputs =
        [
            new(ModelFolder.Background, rows, members, size), new(ModelFolder.Newest, rows, 2, card.SiteCount), Shaped(file.Inputs, ModelFolder.Memory),
        ];
        TensorBinding[] outputs =
        [
            new(ModelFolder.State, rows, size), new(ModelFolder.Spread, rows, size), new(ModelFolder.Members, rows, members, size),
            Shaped(file.Outputs, ModelFolder.NextMemory), .. HasGain(model.Card) ? (IEnumerable<TensorBinding>)[Shaped(file.Outputs, ModelFolder.Gain)] : [],
        ];
        return own == size ? model.Bind(ModelRoles.Cycle, inputs, outputs) : model.BindRing(ModelRoles.Cycle, inputs, outputs);

        // [batch, channel, point]
        TensorBinding Shaped(IReadOnlyDictionary<string, string> tensors, string name)
        {
            var axes = ModelAxes.Parse(tensors[name]);
            return new(name, rows, axes[1]!.Value, own == size ? axes[2]!.Value : size);
        }
    }
}
