using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Training.Algebra;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Optimization;
using static TorchSharp.torch;

namespace Coda.Tests.Additions;

/// <summary>A stage with a part of its own: y(k + 1) = a y(k) + b + c, a and b weights and c a number, fitted by least squares to pairs of
/// observations.</summary>
public sealed class AutoregressionStage(IObservationArchive archive, Experiment settings) : TrainingStage
{
    private readonly (float From, float To)[] _pairs = [.. Pairs(archive)];

    public override Experiment Experiment => settings;

    public override IReadOnlyList<TrainablePart> Parts =>
    [
        new("line", new Line()) { Groups = [new("line-moments", settings.LearningRate, "line", _ => true)] },
    ];

    public override IReadOnlyList<TrainableNumber> Numbers => [new("c", 0, 0, 0.25)];

    public override IReadOnlyList<string> Terms => ["misfit"];

    public override string Identity => $"autoregression of {archive.Description.Steps}";

    public override StageShare Share(IReadOnlyList<Weights<Tensor>> weights, Range rows, Device device) => new Pass(this, weights[0], rows);

    private static IEnumerable<(float From, float To)> Pairs(IObservationArchive archive)
    {
        foreach (var stretch in archive.ReadStretches(1000, 0))
        {
            for (var i = stretch.SiteCount; i < stretch.Values.Length; i++)
            {
                if (stretch.Mask[i] > 0 && stretch.Mask[i - stretch.SiteCount] > 0)
                {
                    yield return (stretch.Values[i - stretch.SiteCount], stretch.Values[i]);
                }
            }
        }
    }

    /// <summary>a x + b, a component of its own with a graph of its own.</summary>
    public sealed class Line : ITrainable
    {
        public const string Guess = "guess";

        public IReadOnlyList<WeightDefinition> WeightDefinitions => [new("slope", [1], WeightStart.Zero), new("offset", [1], WeightStart.Zero)];

        public IEnumerable<ModelGraph> Graphs(AssimilationContext context) => [new LineGraph(context.Layout.Size)];

        private sealed class LineGraph(int space) : ModelGraph(Guess, "A state to a guess of the next one.")
        {
            public override IReadOnlyList<ModelTensor> Inputs => [new("state", $"batch, {space}")];

            public override IReadOnlyList<ModelTensor> Outputs => [new(Guess, $"batch, {space}")];

            public override IReadOnlyList<T> Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, IReadOnlyList<T> inputs) =>
                [ops.Add(ops.Multiply(inputs[0], weights["slope"]), weights["offset"])];
        }
    }

    private sealed class Pass(AutoregressionStage stage, Weights<Tensor> weights, Range rows) : StageShare
    {
        private (float From, float To)[] _drawn = [];

        public override IReadOnlyList<long> Counts { get; set; } = [];

        public override void Draw(long step, bool heldOut)
        {
            var (first, count) = rows.GetOffsetAndLength(stage.Experiment.BatchSize);
            _drawn = [.. Enumerable.Range(first, count)
                .Select(row => stage._pairs[new CounterRandom(1, heldOut ? 1 : 0, step, row).NextInteger(stage._pairs.Length)])];
            Counts = [count];
        }

        public override StageLoss Backward(IReadOnlyDictionary<string, double> numbers)
        {
            using var scope = NewDisposeScope();
            var (loss, residuals) = Loss(numbers);
            loss.backward();
            return new([loss.item<float>()], loss.item<float>(), new Dictionary<string, double> { ["c"] = 2 * residuals.sum().item<float>() / Counts[0] });
        }

        public override StageLoss Evaluate(IReadOnlyDictionary<string, double> numbers)
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            var loss = Loss(numbers).Loss.item<float>();
            return new([loss], loss, new Dictionary<string, double>());
        }

        private (Tensor Loss, Tensor Residuals) Loss(IReadOnlyDictionary<string, double> numbers)
        {
            var (from, to) =
                (TorchArrays.Of([.. _drawn.Select(p => p.From)], _drawn.Length),
                    TorchArrays.Of([.. _drawn.Select(p => p.To - (float)numbers["c"])], _drawn.Length));
            var residuals = (weights["slope"] * from).Plus(weights["offset"]) - to;
            return ((residuals * residuals).sum().Over(Counts[0]), residuals);
        }
    }
}
