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
/// <remarks>Where it recomputes, it keeps the states of the rollout alone and records one step at a time on the way back (Griewank and Walther, 2008, chapter
/// 12): the memory of one step instead of all, at a third more time, and the same bits.</remarks>
public sealed class TapeRoute : IRolloutRoute
{
    private readonly RolloutLoss _loss;
    private readonly bool _recomputes;
    private readonly BufferAlgebra<float> _buffers = new();
    private readonly Tape<NdArray<float>> _tape;

    /// <summary>Makes the route.</summary>
    /// <param name="loss">The loss; without a correction, whose matrix products LibTorch does better.</param>
    /// <param name="recomputes">Whether steps are recorded when the sweep comes to them, and not all at once.</param>
    public TapeRoute(RolloutLoss loss, bool recomputes = false) => (_loss, _tape, _recomputes) = (loss, new(_buffers), recomputes);

    /// <inheritdoc/>
    public RolloutGradient Backward(
        Tensor analyses, RolloutObservations observations, IReadOnlyDictionary<string, double> parameters, IReadOnlyCollection<string> trained)
    {
        using var scope = NewDisposeScope();
        if (_recomputes)
        {
            var (found, byAnalyses) = Recompute(analyses, observations, parameters, trained);
            analyses.backward([TorchArrays.Of(byAnalyses, analyses.shape)]);
            return found;
        }

        var (result, start, later) = Record(analyses, observations, parameters, trained, sweep: true);
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
        Start();
        var (shape, values, half) = Halves(analyses, observations);
        var (start, later) = (Input(values.AsSpan(0, half), shape), Input(values.AsSpan(half), shape));
        var inputs = parameters.ToDictionary(p => p.Key, p => trained.Contains(p.Key) ? Input([(float)p.Value]) : _tape.Constant(p.Value));
        var terms = _loss.Evaluate(
            _tape, start, later, new ParameterValues<Variable<NdArray<float>>>(_tape, inputs), null, observations, Fixed);

        var numbers = Numbers(terms);
        if (sweep)
        {
            Sweep(terms);
        }

        return (Result(numbers, trained.ToDictionary(name => name, name => (double)(inputs[name].Gradient?.Span[0] ?? 0))), start, later);
    }

    // The gradient by the analyses at the starts, then at the later centres. Gradients enter each recording as they left the one before, so that they are added
    // up in the order of a single sweep.
    private (RolloutGradient Result, float[] ByAnalyses) Recompute(
        Tensor analyses, RolloutObservations observations, IReadOnlyDictionary<string, double> parameters, IReadOnlyCollection<string> trained)
    {
        var (shape, values, half) = Halves(analyses, observations);
        var states = new float[_loss.Length + 1][];
        states[0] = values[..half];
        for (var step = 0; step < _loss.Length; step++)
        {
            _buffers.Recycle();
            states[step + 1] = _loss.Advance(
                _buffers, _buffers.From(states[step], shape), step, ParameterValues<NdArray<float>>.Constants(_buffers, parameters), null, observations,
                (data, axes) => _buffers.From(data, axes)).Span.ToArray();
        }

        Start();
        Variable<NdArray<float>>[] rollout = [.. states.Select(state => Input(state, shape))];
        var later = Input(values.AsSpan(half), shape);
        var terms = _loss.Compare(_tape, rollout, later, observations, Fixed);
        var numbers = Numbers(terms);
        Sweep(terms);
        var (gradients, byLater) = (rollout.Select(state => state.Gradient?.Span.ToArray()).ToArray(), GradientOf(later));
        var derivatives = trained.ToDictionary(name => name, _ => (float?)null);
        for (var step = _loss.Length - 1; step >= 0; step--)
        {
            if (gradients[step + 1] is not { } byNext)
            {
                continue; // no term has seen anything from here on
            }

            Start();
            var state = Carry(Input(states[step], shape), gradients[step], shape);
            var inputs = parameters.ToDictionary(p => p.Key, p => derivatives.TryGetValue(p.Key, out var known)
                ? Carry(Input([(float)p.Value]), known is { } number ? [number] : null) : _tape.Constant(p.Value));
            var next = _loss.Advance(
                _tape, state, step, new ParameterValues<Variable<NdArray<float>>>(_tape, inputs), null, observations, Fixed);
            _tape.AddGradient(next, _buffers.From(byNext, shape));
            _tape.Backward();
            gradients[step] = state.Gradient?.Span.ToArray();
            derivatives = trained.ToDictionary(name => name, name => inputs[name].Gradient?.Span[0]);
        }

        var found = Result(numbers, derivatives.ToDictionary(d => d.Key, d => (double)(d.Value ?? 0)));
        return (found, [.. gradients[0] ?? new float[half], .. byLater]);
    }

    private Variable<NdArray<float>> Carry(Variable<NdArray<float>> variable, float[]? gradient, params int[] shape)
    {
        if (gradient is not null)
        {
            _tape.AddGradient(variable, _buffers.From(gradient, shape));
        }

        return variable;
    }

    private static (int[] Shape, float[] Values, int Half) Halves(Tensor analyses, RolloutObservations observations)
    {
        int[] shape = [observations.BatchSize, observations.StateSize];
        return (shape, TorchArrays.Plain(analyses), shape[0] * shape[1]);
    }

    private void Start()
    {
        _tape.Clear();
        _buffers.Recycle();
    }

    private void Sweep(IReadOnlyList<Variable<NdArray<float>>> terms)
    {
        for (var i = 0; i < terms.Count; i++)
        {
            _tape.AddGradient(terms[i], _buffers.Constant(_loss.Terms[i].Weight));
        }

        _tape.Backward();
    }

    private static double[] Numbers(IEnumerable<Variable<NdArray<float>>> terms) => [.. terms.Select(term => (double)term.Value.Span[0])];

    private RolloutGradient Result(double[] numbers, IReadOnlyDictionary<string, double> derivatives) =>
        new(numbers, numbers.Zip(_loss.Terms, (value, term) => value * term.Weight).Sum(), derivatives);

    private Variable<NdArray<float>> Fixed(ReadOnlySpan<float> data, int[] axes) => _tape.Fixed(_buffers.From(data, axes));

    private Variable<NdArray<float>> Input(ReadOnlySpan<float> values, params int[] shape) => _tape.Input(_buffers.From(values, shape));

    private static float[] GradientOf(Variable<NdArray<float>> variable) => variable.Gradient?.Span.ToArray() ?? new float[variable.Value.Length];
}
