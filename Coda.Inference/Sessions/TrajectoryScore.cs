using Coda.Data.Cards;

namespace Coda.Inference.Sessions;

/// <summary>The score of whole trajectories from a model's score of segments, on ONNX Runtime.</summary>
/// <remarks>
/// Given a blanket of k states on each side, a state's score does not depend on others (Rozet and Louppe, 2023, doi:10.48550/arXiv.2306.10574, section 3.1), so
/// that it is taken from the segment in whose middle the state stands; the first and last k states are those of the first and the last segment. States are in
/// deviations of the climatology from its mean. Not thread-safe: one for each worker.
/// </remarks>
public sealed class TrajectoryScore : IDisposable
{
    private const int MostRows = 512;

    private readonly BoundGraph _graph;
    private readonly float[] _mean;
    private readonly float[] _deviation;
    private readonly int _rows;

    /// <summary>Binds the graph.</summary>
    /// <param name="model">The trained model; it stays the caller's.</param>
    /// <param name="trajectories">The number of trajectories that are evaluated together.</param>
    /// <param name="length">The number of their states.</param>
    /// <exception cref="ModelMismatchException">The model has no score.</exception>
    /// <exception cref="ArgumentException">The trajectories are shorter than a segment.</exception>
    public TrajectoryScore(OnnxModel model, int trajectories, int length)
    {
        ArgumentNullException.ThrowIfNull(model);
        (Trajectories, Length, StateSize, SegmentLength) = (trajectories, length, model.Card.Layout.Size, SegmentLengthOf(model.Card));
        if (trajectories < 1 || length < SegmentLength)
        {
            throw new ArgumentException(
                $"Model '{model.Card.Name}': expected trajectories of at least the {SegmentLength} states of a segment, got {trajectories} of {length}.");
        }

        var total = (long)trajectories * Segments;
        _rows = (int)((total + (total / MostRows)) / (1 + (total / MostRows))); // runs of about one size
        TensorBinding segment = new(ModelFolder.Segment, _rows, SegmentLength, StateSize);
        _graph = model.Bind(
            ModelRoles.Score, [segment, new(ModelFolder.NoiseLevel, _rows, 1), segment with { Name = ModelFolder.DenoisedSensitivities }],
            [segment with { Name = ModelFolder.Denoised }, segment with { Name = ModelFolder.SegmentSensitivities }]);
        _mean = [.. model.Card.ClimatologyMean.Select(mean => (float)mean)];
        _deviation = [.. model.Card.ClimatologyDeviation.Select(deviation => (float)deviation)];
    }

    /// <summary>The number of trajectories that are evaluated together.</summary>
    public int Trajectories { get; }

    /// <summary>The number of states of each.</summary>
    public int Length { get; }

    /// <summary>The length of a state.</summary>
    public int StateSize { get; }

    /// <summary>The number of states of a segment.</summary>
    public int SegmentLength { get; }

    private int Segments => Length - SegmentLength + 1;

    private int Blanket => SegmentLength / 2;

    /// <summary>The number of states of a model's segments.</summary>
    /// <param name="card">Its card.</param>
    /// <exception cref="ModelMismatchException">The model has no score.</exception>
    public static int SegmentLengthOf(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        return card.FileOf(ModelRoles.Score) is { } file && ModelAxes.Parse(card.Files[file].Inputs[ModelFolder.Segment])[^2] is { } length
            ? checked((int)length) : throw new ModelMismatchException(
                $"Model '{card.Name}': expected one with a graph for {ModelRoles.Score}, got only "
                    + $"{string.Join(", ", card.Files.Values.Select(f => f.Role))}; train one with the member score.");
    }

    /// <summary>D(x(t), σ), the states expected without noise, and the gradient of a cost of them.</summary>
    /// <param name="states">x(t). [trajectory, time, space]</param>
    /// <param name="noise">σ.</param>
    /// <param name="sensitivities">The gradient of the cost by D. [trajectory, time, space]</param>
    /// <param name="denoised">Takes D. [trajectory, time, space]</param>
    /// <param name="gradient">Takes the gradient of the cost by x(t). [trajectory, time, space]</param>
    public void Evaluate(
        ReadOnlySpan<float> states, double noise, ReadOnlySpan<float> sensitivities, Span<float> denoised, Span<float> gradient)
    {
        _graph.Input(1).Fill((float)noise);
        gradient.Clear();
        var total = Trajectories * Segments;
        for (var first = 0; first < total; first += _rows)
        {
            var count = Math.Min(_rows, total - first);
            for (var row = 0; row < count; row++)
            {
                Load(row, first + row, states, sensitivities);
            }

            _graph.Run();
            for (var row = 0; row < count; row++)
            {
                Store(row, first + row, denoised, gradient);
            }
        }
    }

    /// <summary>Frees the buffers; the model stays open.</summary>
    public void Dispose() => _graph.Dispose();

    private int Start(int index) => ((index / Segments * Length) + (index % Segments)) * StateSize;

    // The states of a segment that are taken from it.
    private (int First, int End) Kept(int index)
    {
        var segment = index % Segments;
        return (segment == 0 ? 0 : Blanket, segment == Segments - 1 ? SegmentLength : Blanket + 1);
    }

    private void Load(int row, int index, ReadOnlySpan<float> states, ReadOnlySpan<float> sensitivities)
    {
        var (start, size) = (Start(index), SegmentLength * StateSize);
        var segment = _graph.Input(0).Slice(row * size, size);
        var cost = _graph.Input(2).Slice(row * size, size);
        for (var i = 0; i < size; i++)
        {
            segment[i] = _mean[i % StateSize] + (_deviation[i % StateSize] * states[start + i]);
        }

        cost.Clear();
        var (first, end) = Kept(index);
        for (var i = first * StateSize; i < end * StateSize; i++)
        {
            cost[i] = sensitivities[start + i] / _deviation[i % StateSize];
        }
    }

    private void Store(int row, int index, Span<float> denoised, Span<float> gradient)
    {
        var (start, size) = (Start(index), SegmentLength * StateSize);
        var expected = _graph.Output(0).Slice(row * size, size);
        var own = _graph.Output(1).Slice(row * size, size);
        var (first, end) = Kept(index);
        for (var i = first * StateSize; i < end * StateSize; i++)
        {
            denoised[start + i] = (expected[i] - _mean[i % StateSize]) / _deviation[i % StateSize];
        }

        for (var i = 0; i < size; i++)
        {
            gradient[start + i] += own[i] * _deviation[i % StateSize];
        }
    }
}
