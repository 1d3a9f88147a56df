using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Time;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation.Sampling;

/// <summary>One worker's view of a record whose trajectories are sampled. Not thread-safe.</summary>
internal sealed class SampledRecord : IDisposable
{
    private readonly IObservationArchive _archive;
    private readonly OnnxModel _model;
    private readonly HybridModel _forecast;
    private readonly ForcingSeries? _forcing;
    private readonly int _every;

    /// <summary>Binds the graphs.</summary>
    /// <param name="model">The trained model; it stays the caller's.</param>
    /// <param name="archive">The observations.</param>
    /// <param name="members">The number of samples.</param>
    /// <param name="particles">The number of those that are carried through the levels.</param>
    public SampledRecord(OnnxModel model, IObservationArchive archive, int members, int particles)
    {
        (_model, _archive, _every, Members) = (model, archive, model.Card.SegmentSteps!.Value, members);
        Score = new TrajectoryScore(model, particles, ObservedTrajectory.LengthOf(Steps, _every));
        _forecast = new HybridModel(model);
        _forcing = ForcingSeries.Of(_forecast.Forcing, archive);
    }

    /// <summary>The number of samples.</summary>
    public int Members { get; }

    /// <summary>The score of all particles together.</summary>
    public TrajectoryScore Score { get; }

    /// <summary>The steps of the record.</summary>
    public StepRange Steps => _archive.Description.Steps;

    /// <summary>Reads a trajectory's observations.</summary>
    /// <param name="trajectory">Which.</param>
    /// <param name="sites">The state's entry of each site.</param>
    /// <param name="given">The standard deviation of their errors, in place of their own.</param>
    public ObservedTrajectory Observe(int trajectory, IReadOnlyList<int> sites, double? given)
    {
        var (card, archive) = (_model.Card, _archive.Description.Sigma);
        return ObservedTrajectory.Of(
            _archive.ReadObservations(trajectory, Steps), _every, sites, card.ClimatologyMean, card.ClimatologyDeviation,
            (stretch, i) => given ?? stretch.Sigma?[i] ?? archive
                ?? throw new ArgumentException("Expected the observations' standard error, got an archive without sigma; give the method's option sigma."));
    }

    /// <summary>The samples at all steps that are wanted: forecasts between the states that are there.</summary>
    /// <param name="trajectory">The trajectory.</param>
    /// <param name="samples">In deviations of the climatology from its mean. [member, time, space]</param>
    /// <param name="wanted">The steps.</param>
    public TrajectorySamples Fill(int trajectory, float[] samples, StepRange wanted)
    {
        var (members, size, length) = (Members, Score.StateSize, Score.Length);
        var (mean, deviation) = (_model.Card.ClimatologyMean, _model.Card.ClimatologyDeviation);
        var filled = new TrajectorySamples(trajectory, wanted, size, members);
        var (states, next) = (new float[members * size], new float[members * size]);
        for (var k = 0; k < length; k++)
        {
            for (var i = 0; i < states.Length; i++)
            {
                states[i] = (float)(mean[i % size] + (deviation[i % size] * samples[(((i / size * length) + k) * size) + (i % size)]));
            }

            var first = Steps.Start + ((long)k * _every);
            for (var step = first; step < Math.Min(first + _every, wanted.End); step++)
            {
                if (step > first)
                {
                    Advance(states, next, trajectory, step - 1);
                    (states, next) = (next, states);
                }

                filled.Set(step, states);
            }
        }

        return filled;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Score.Dispose();
        _forecast.Dispose();
    }

    private void Advance(float[] states, float[] next, int trajectory, long step)
    {
        var (channels, members) = (_forcing?.Channels ?? 0, Members);
        var over = new float[members * 2 * channels];
        for (var member = 0; member < members && channels > 0; member++)
        {
            _forcing!.Fill(trajectory, step, over.AsSpan(member * 2 * channels, 2 * channels));
        }

        _forecast.Advance(states, next, members, over);
    }
}
