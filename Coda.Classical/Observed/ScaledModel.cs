using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Observed;

/// <summary>A forecast model whose states are in other units: over a number for each entry.</summary>
/// <param name="model">The model.</param>
/// <param name="scales">The numbers. [space]</param>
internal sealed class ScaledModel(ForecastModel model, float[] scales) : ForecastModel
{
    private readonly double[] _scales = Array.ConvertAll(scales, s => (double)s);
    private readonly double[] _inverse = Array.ConvertAll(scales, s => 1.0 / s);

    /// <inheritdoc/>
    public override string Name => model.Name;

    /// <inheritdoc/>
    public override string Description => model.Description;

    /// <inheritdoc/>
    public override StateLayout Layout => model.Layout;

    /// <inheritdoc/>
    public override double StepLength => model.StepLength;

    /// <inheritdoc/>
    public override Component? Operator => model.Operator;

    /// <inheritdoc/>
    public override StateLayout OperatorLayout => model.OperatorLayout;

    /// <inheritdoc/>
    public override double? ErrorVariance => model.ErrorVariance;

    /// <inheritdoc/>
    public override IReadOnlyList<double>? ReferenceState => model.ReferenceState is { } state ? [.. state.Zip(_inverse, (x, s) => x * s)] : null;

    /// <inheritdoc/>
    public override IReadOnlyList<ForcingDefinition> Forcing => model.Forcing;

    /// <inheritdoc/>
    public override void Advance(ReadOnlySpan<float> states, Span<float> next, int batch) => Advance(states, next, batch, default);

    /// <inheritdoc/>
    public override void Advance(ReadOnlySpan<float> states, Span<float> next, int batch, ReadOnlySpan<float> forcing)
    {
        var scaled = states.ToArray();
        for (var i = 0; i < scaled.Length; i++)
        {
            scaled[i] *= scales[i % scales.Length];
        }

        model.Advance(scaled, next, batch, forcing);
        for (var i = 0; i < next.Length; i++)
        {
            next[i] /= scales[i % scales.Length];
        }
    }

    /// <inheritdoc/>
    public override double[] TypicalState(int seed) => model.ReferenceState is null ? Times(model.TypicalState(seed), _inverse) : base.TypicalState(seed);

    /// <inheritdoc/>
    public override IStateMap Start(bool isDouble) => new StateMap(model.Start(isDouble), _scales, _inverse);

    /// <inheritdoc/>
    public override ITangentMap? StartTangent() => model.StartTangent() is { } map ? new TangentMap(map, _scales, _inverse) : null;

    /// <inheritdoc/>
    public override IAdjointMap? StartAdjoint() => model.StartAdjoint() is { } map ? new AdjointMap(map, _scales, _inverse) : null;

    /// <inheritdoc/>
    public override ITangentMap? StartTangent(bool isDouble) =>
        model.StartTangent(isDouble) is { } map ? new TangentMap(map, _scales, _inverse) : null;

    /// <inheritdoc/>
    public override IAdjointMap? StartAdjoint(bool isDouble) =>
        model.StartAdjoint(isDouble) is { } map ? new AdjointMap(map, _scales, _inverse) : null;

    private static double[] Times(ReadOnlySpan<double> values, double[] scales)
    {
        var scaled = values.ToArray();
        Scale(scaled, scales);
        return scaled;
    }

    private static void Scale(Span<double> values, double[] scales)
    {
        for (var start = 0; start < values.Length; start += scales.Length)
        {
            var row = values.Slice(start, scales.Length);
            System.Numerics.Tensors.TensorPrimitives.Multiply(row, scales, row);
        }
    }

    private abstract class ScaledMap(IStateMap map, double[] scales, double[] inverse) : IStateMap
    {
        public int InputSize => map.InputSize;

        public int OutputSize => map.OutputSize;

        protected double[] Scales { get; } = scales;

        protected double[] Inverse { get; } = inverse;

        public void Apply(ReadOnlySpan<double> states, Span<double> values, int count, ReadOnlySpan<double> forcing = default)
        {
            map.Apply(Times(states, Scales), values, count, forcing);
            Scale(values, Inverse);
        }

        public void Dispose() => map.Dispose();
    }

    private sealed class StateMap(IStateMap map, double[] scales, double[] inverse) : ScaledMap(map, scales, inverse);

    private sealed class TangentMap(ITangentMap map, double[] scales, double[] inverse) : ScaledMap(map, scales, inverse), ITangentMap
    {
        private readonly ITangentMap _map = map;

        public void Push(
            ReadOnlySpan<double> states, ReadOnlySpan<double> perturbations, Span<double> values, Span<double> derivatives, int count,
            ReadOnlySpan<double> forcing = default)
        {
            _map.Push(Times(states, Scales), Times(perturbations, Scales), values, derivatives, count, forcing);
            Scale(values, Inverse);
            Scale(derivatives, Inverse);
        }
    }

    private sealed class AdjointMap(IAdjointMap map, double[] scales, double[] inverse) : ScaledMap(map, scales, inverse), IAdjointMap
    {
        private readonly IAdjointMap _map = map;

        public void Pull(
            ReadOnlySpan<double> states, ReadOnlySpan<double> sensitivities, Span<double> values, Span<double> gradients, int count,
            ReadOnlySpan<double> forcing = default)
        {
            _map.Pull(Times(states, Scales), Times(sensitivities, Inverse), values, gradients, count, forcing);
            Scale(values, Inverse);
            Scale(gradients, Scales);
        }
    }
}
