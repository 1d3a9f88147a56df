using Coda.Data.Algebra;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>The graphs of a forward model: its step, the tangent of that by dual numbers, and the adjoint by a tape.</summary>
internal static class ForwardGraphs
{
    private const long ForcingStream = 0x4F0;
    private const long StateStream = 0x4F1;

    /// <summary>The three graphs of a model's own states.</summary>
    /// <param name="step">The step.</param>
    /// <param name="context">Layout and climatology of its states.</param>
    public static IEnumerable<ModelGraph> Of(IForwardStep step, AssimilationContext context) => Of(step, ForwardNames.Model, context);

    /// <summary>The graphs of the names that are given.</summary>
    /// <param name="step">The step.</param>
    /// <param name="names">Their roles and tensors; an adjoint only with a role for it.</param>
    /// <param name="context">Layout and climatology of its states.</param>
    public static IEnumerable<ModelGraph> Of(IForwardStep step, ForwardNames names, AssimilationContext context)
    {
        IEnumerable<ModelGraph> both = [new ForecastGraph(step, names, context), new TangentGraph(step, names, context.Layout.Size)];
        return names.Adjoint is null ? both : both.Append(new AdjointGraph(step, names, context.Layout.Size));
    }

    // The forcing over the step, where there is one.
    private static IReadOnlyList<ModelTensor> Forcing(IForwardStep step) =>
        step.Channels > 0 ? [new(ModelFolder.Forcing, $"{ModelTensor.Batch}, 2, {step.Channels}")] : [];

    private sealed class ForecastGraph(IForwardStep step, ForwardNames names, AssimilationContext context)
        : ModelGraph(names.Forecast, "A state to the next state.")
    {
        public override IReadOnlyList<ModelTensor> Inputs => [new(names.State, $"{ModelTensor.Batch}, {context.Layout.Size}"), .. Forcing(step)];

        public override IReadOnlyList<ModelTensor> Outputs => [new(names.NextState, $"{ModelTensor.Batch}, {context.Layout.Size}")];

        public override IReadOnlyList<T> Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, IReadOnlyList<T> inputs) =>
            [step.Advance(ops, inputs[0], inputs.ElementAtOrDefault(1), weights)];

        // Standard normal numbers for the forcing, whatever its unit; states of the climatology where no analysis gives them.
        public override float[] Draw(ModelTensor input, int batch, ulong seed)
        {
            var isForcing = input.Name == ModelFolder.Forcing;
            var (random, length) = (new CounterRandom(seed, isForcing ? ForcingStream : StateStream), isForcing ? 2 * step.Channels : context.Layout.Size);
            var numbers = new float[batch * length];
            for (var i = 0; i < numbers.Length; i++)
            {
                var gaussian = random.NextGaussian();
                numbers[i] = (float)(isForcing
                    ? gaussian : context.Climatology.Mean[i % length] + (context.Climatology.Deviation[i % length] * gaussian));
            }

            return numbers;
        }
    }

    private sealed class TangentGraph(IForwardStep step, ForwardNames names, int space)
        : ModelGraph(names.Tangent, "A state and perturbations to the next state and perturbations.")
    {
        public override IReadOnlyList<ModelTensor> Inputs =>
        [
            new(names.State, $"{ModelTensor.Batch}, {space}"), new(names.Perturbations, $"{ModelTensor.Batch}, member, {space}"),
            .. Forcing(step),
        ];

        public override IReadOnlyList<ModelTensor> Outputs =>
            [new(names.NextState, $"{ModelTensor.Batch}, {space}"), new(names.NextPerturbations, $"{ModelTensor.Batch}, member, {space}")];

        public override bool HasReference => false;

        public override IReadOnlyList<T> Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, IReadOnlyList<T> inputs)
        {
            var duals = new DualAlgebra<T>(ops);
            var forcing = inputs.Count > 2 ? duals.Fixed(ops.InsertAxis(inputs[2], -3)) : default;
            var next = step.Advance(duals, duals.Variable(ops.InsertAxis(inputs[0], -2), inputs[1]), forcing, weights.Select(duals.Fixed));
            return [ops.RemoveAxis(next.Primal, -2), next.Tangent!];
        }
    }

    private sealed class AdjointGraph(IForwardStep step, ForwardNames names, int space)
        : ModelGraph(names.Adjoint!, "A state and sensitivities of the next state to those of the state.")
    {
        public override IReadOnlyList<ModelTensor> Inputs =>
            [new(names.State, $"{ModelTensor.Batch}, {space}"), new(ModelFolder.NextSensitivities, $"{ModelTensor.Batch}, {space}"), .. Forcing(step)];

        public override IReadOnlyList<ModelTensor> Outputs =>
            [new(names.NextState, $"{ModelTensor.Batch}, {space}"), new(ModelFolder.Sensitivities, $"{ModelTensor.Batch}, {space}")];

        public override bool HasReference => false;

        public override IReadOnlyList<T> Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, IReadOnlyList<T> inputs)
        {
            var tape = new Tape<T>(ops);
            var state = tape.Input(inputs[0]);
            var next = step.Advance(tape, state, inputs.Count > 2 ? tape.Fixed(inputs[2]) : null, weights.Select(tape.Fixed));
            tape.AddGradient(next, inputs[1]);
            tape.Backward();
            return [next.Value, state.Gradient!];
        }
    }
}
