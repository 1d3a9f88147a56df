using Coda.Data.Algebra;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>A simulator with trained parameters, and the correction where there is one, whose weights are its own.</summary>
/// <param name="simulator">The simulator.</param>
/// <param name="parameters">The values of all of its parameters.</param>
/// <param name="correction">The correction; <see langword="null"/> for none.</param>
internal sealed class Hybrid(Simulator simulator, IReadOnlyDictionary<string, double> parameters, Correction? correction) : ITrainable
{
    private const long ForcingStream = 0x4F0;
    private const long StateStream = 0x4F1;

    /// <inheritdoc/>
    public IReadOnlyList<WeightDefinition> WeightDefinitions => correction?.WeightDefinitions ?? [];

    /// <inheritdoc/>
    public IEnumerable<ModelGraph> Graphs(AssimilationContext context) =>
        [new ForecastGraph(this, context), new TangentGraph(this, context.Layout.Size), new AdjointGraph(this, context.Layout.Size)];

    // The forcing over the step, where the simulator has one.
    private IReadOnlyList<ModelTensor> Forcing => Channels > 0 ? [new(ModelFolder.Forcing, $"{ModelTensor.Batch}, 2, {Channels}")] : [];

    private int Channels => simulator.System.Forcing.Sum(u => u.Size);

    private T Advance<T>(IAlgebra<T> ops, T state, T? forcing, Weights<T> weights) => simulator.Advance(
        ops, state, ParameterValues<T>.Constants(ops, parameters).Forced(simulator.System.Forcing, forcing!),
        correction is null ? null : x => correction.Evaluate(weights, x));

    private sealed class ForecastGraph(Hybrid hybrid, AssimilationContext context) : ModelGraph(ModelRoles.Forecast, "A state to the next state.")
    {
        public override IReadOnlyList<ModelTensor> Inputs => [new(ModelFolder.State, Axes), .. hybrid.Forcing];

        public override IReadOnlyList<ModelTensor> Outputs => [new(ModelFolder.NextState, Axes)];

        private string Axes => $"{ModelTensor.Batch}, {context.Layout.Size}";

        public override IReadOnlyList<T> Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, IReadOnlyList<T> inputs) =>
            [hybrid.Advance(ops, inputs[0], inputs.ElementAtOrDefault(1), weights)];

        // Standard normal numbers, whatever the unit; the state is drawn where no other graph gives or takes one.
        public override float[] Draw(ModelTensor input, int batch, ulong seed)
        {
            if (input.Name == ModelFolder.State)
            {
                return context.DrawStates(batch, new CounterRandom(seed, StateStream));
            }

            var random = new CounterRandom(seed, ForcingStream);
            var forcing = new float[batch * 2 * hybrid.Channels];
            for (var i = 0; i < forcing.Length; i++)
            {
                forcing[i] = (float)random.NextGaussian();
            }

            return forcing;
        }
    }

    private sealed class TangentGraph(Hybrid hybrid, int space)
        : ModelGraph(ModelRoles.Tangent, "A state and perturbations to the next state and perturbations.")
    {
        public override IReadOnlyList<ModelTensor> Inputs =>
        [
            new(ModelFolder.State, $"{ModelTensor.Batch}, {space}"), new(ModelFolder.Perturbations, $"{ModelTensor.Batch}, member, {space}"),
            .. hybrid.Forcing,
        ];

        public override IReadOnlyList<ModelTensor> Outputs =>
            [new(ModelFolder.NextState, $"{ModelTensor.Batch}, {space}"), new(ModelFolder.NextPerturbations, $"{ModelTensor.Batch}, member, {space}")];

        public override bool HasReference => false;

        public override IReadOnlyList<T> Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, IReadOnlyList<T> inputs)
        {
            var duals = new DualAlgebra<T>(ops);
            var forcing = inputs.Count > 2 ? duals.Fixed(ops.InsertAxis(inputs[2], -3)) : default;
            var next = hybrid.Advance(duals, duals.Variable(ops.InsertAxis(inputs[0], -2), inputs[1]), forcing, weights.Select(duals.Fixed));
            return [ops.RemoveAxis(next.Primal, -2), next.Tangent!];
        }
    }

    private sealed class AdjointGraph(Hybrid hybrid, int space)
        : ModelGraph(ModelRoles.Adjoint, "A state and sensitivities of the next state to those of the state.")
    {
        public override IReadOnlyList<ModelTensor> Inputs =>
            [new(ModelFolder.State, $"{ModelTensor.Batch}, {space}"), new(ModelFolder.NextSensitivities, $"{ModelTensor.Batch}, {space}"), .. hybrid.Forcing];

        public override IReadOnlyList<ModelTensor> Outputs =>
            [new(ModelFolder.NextState, $"{ModelTensor.Batch}, {space}"), new(ModelFolder.Sensitivities, $"{ModelTensor.Batch}, {space}")];

        public override bool HasReference => false;

        public override IReadOnlyList<T> Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, IReadOnlyList<T> inputs)
        {
            var tape = new Tape<T>(ops);
            var state = tape.Input(inputs[0]);
            var next = hybrid.Advance(tape, state, inputs.Count > 2 ? tape.Fixed(inputs[2]) : null, weights.Select(tape.Fixed));
            tape.AddGradient(next, inputs[1]);
            tape.Backward();
            return [next.Value, state.Gradient!];
        }
    }
}
