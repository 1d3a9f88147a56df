using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Training.Algebra;
using Coda.Training.Losses;
using static TorchSharp.torch;

namespace Coda.Training.Rollouts;

/// <summary>
/// The rollout's gradient from the tape on pooled buffers, fed to the network's <c>backward</c>: for a bare simulator, whose many tiny operations cost LibTorch
/// far more in calls than in arithmetic. On the CPU; not thread-safe.
/// </summary>
public sealed class TapeRoute : IRolloutRoute
{
    private readonly RolloutLoss _loss;
    private readonly BufferAlgebra<float> _buffers = new();
    private readonly Tape<NdArray<float>> _tape;

    /// <summary>Makes the route.</summary>
    /// <param name="loss">The loss; without a correction, whose matrix products LibTorch does better.</param>
    public TapeRoute(RolloutLoss loss) => (_loss, _tape) = (loss, new(_buffers));

    /// <inheritdoc/>
    public RolloutGradient Backward(
        Tensor analyses, RolloutObservations observations, IReadOnlyDictionary<string, double> parameters, IReadOnlyCollection<string> trained)
    {
        var (result, start, later) = Record(analyses, observations, parameters, trained, sweep: true);
        using var scope = NewDisposeScope();
        float[] gradient = [.. GradientOf(start), .. GradientOf(later)];
        analyses.backward([TorchArrays.Of(gradient, analyses.shape)]);
        return result;
    }

    /// <inheritdoc/>
    public RolloutGradient Evaluate(Tensor analyses, RolloutObservations observations, IReadOnlyDictionary<string, double> parameters) =>
        Record(analyses, observations, parameters, [], sweep: false).Result;

    private (RolloutGradient Result, Variable<NdArray<float>> Start, Variable<NdArray<float>> Later) Record(
        Tensor analyses, RolloutObservations observations, IReadOnlyDictionary<string, double> parameters, IReadOnlyCollection<string> trained, bool sweep)
    {
        _tape.Clear();
        _buffers.Recycle();
        int[] shape = [observations.BatchSize, observations.StateSize];
        var half = shape[0] * shape[1];
        var values = TorchArrays.Plain(analyses);
        var (start, later) = (Input(values.AsSpan(0, half), shape), Input(values.AsSpan(half), shape));
        var inputs = parameters.ToDictionary(p => p.Key, p => trained.Contains(p.Key) ? Input([(float)p.Value]) : _tape.Constant(p.Value));
        var terms = _loss.Evaluate(
            _tape, start, later, new ParameterValues<Variable<NdArray<float>>>(_tape, inputs), null, observations,
            (data, axes) => _tape.Fixed(_buffers.From(data, axes)));

        var numbers = terms.Select(term => (double)term.Value.Span[0]).ToArray();
        if (sweep)
        {
            for (var i = 0; i < terms.Count; i++)
            {
                _tape.AddGradient(terms[i], _buffers.Constant(_loss.Terms[i].Weight));
            }

            _tape.Backward();
        }

        var derivatives = trained.ToDictionary(name => name, name => (double)(inputs[name].Gradient?.Span[0] ?? 0));
        return (new RolloutGradient(numbers, numbers.Zip(_loss.Terms, (value, term) => value * term.Weight).Sum(), derivatives), start, later);
    }

    private Variable<NdArray<float>> Input(ReadOnlySpan<float> values, params int[] shape) => _tape.Input(_buffers.From(values, shape));

    private static float[] GradientOf(Variable<NdArray<float>> variable) => variable.Gradient?.Span.ToArray() ?? new float[variable.Value.Length];
}
