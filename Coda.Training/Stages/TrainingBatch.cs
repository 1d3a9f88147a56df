using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Windows;
using Coda.Training.Losses;

namespace Coda.Training.Stages;

/// <summary>A batch of rollouts, or a share of one: the windows at both of their ends and the observations along them.</summary>
/// <remarks>
/// A pure function of the record, the seed, the step and the row, so that a resumed run draws the same ones, in any number of shares. Buffers are reused.
/// </remarks>
/// <param name="record">The observations.</param>
/// <param name="batchSize">The number of rollouts in this share.</param>
/// <param name="rolloutLength">The number of steps w.</param>
/// <param name="laterOffset">How many steps after the rollout's end the later window is centred.</param>
/// <param name="sigma">The standard deviation of the observation error.</param>
/// <param name="stateSize">The length of a state.</param>
/// <param name="firstRow">The row of the whole batch that is the share's first.</param>
/// <param name="wholeSize">The number of rollouts in the whole batch; 0 where the share is all of it.</param>
/// <param name="withholding">The largest share of entries that both windows of a rollout lack, in [0, 1); where it is greater than 0, only these are
/// observations along it.</param>
/// <param name="reanalysis">The states that analyses are compared with; none by default.</param>
/// <param name="channels">2 for windows of values and mask, 3 where the network also reads the standard deviations of their errors.</param>
/// <param name="scales">How many times as large each entry's error is as <paramref name="sigma"/>; nothing for 1. [space]</param>
/// <param name="forcing">The forcing along the rollouts, where the system has one.</param>
public sealed class TrainingBatch(
    TrainingRecord record, int batchSize, int rolloutLength, int laterOffset, double sigma, int stateSize, int firstRow = 0, int wholeSize = 0,
    double withholding = 0, Reanalysis? reanalysis = null,
    int channels = 2, IReadOnlyList<float>? scales = null, ForcingSeries? forcing = null)
{
    private const long FittingStream = 0xF17;
    private const long HeldOutStream = 0x4E1D;
    private const int MostTrials = 1000;

    private readonly WindowSource _source = record.Windows;
    private readonly AnalysisInput _input = new(record.Windows.Description.SiteCount, readsSigma: channels > 2, (float)sigma);
    private readonly WithheldEntries? _withheld =
        withholding > 0 ? new WithheldEntries(record.Windows.Length + rolloutLength + laterOffset, record.Windows.Description.SiteCount) : null;

    /// <summary>The number of channels of a window.</summary>
    public int Channels { get; } = channels;

    /// <summary>The channels of the windows at the starts, then at the later centres. [2 batch, channel, time, site]</summary>
    public float[] Windows { get; } = new float[2 * batchSize * channels * record.Windows.Size];

    /// <summary>The observations along the rollouts.</summary>
    public RolloutObservations Observations { get; } =
        new(batchSize, rolloutLength + 1, record.Windows.Description.SiteCount, stateSize)
        {
            Variance = sigma * sigma,
            ForcingChannels = forcing?.Channels ?? 0,
            Scales = scales,
            StateCount = (long)(wholeSize == 0 ? batchSize : wholeSize) * stateSize,
            Reanalysis = reanalysis is null ? null : new float[2 * batchSize * stateSize],
        };

    /// <summary>Draws some of the windows for fitting anew; by default none.</summary>
    internal RedrawnWindows? Redrawn { get; init; }

    /// <summary>Whether those of the held-out tenth are drawn anew, too.</summary>
    internal bool RedrawsHeldOut { get; init; }

    /// <summary>Draws a batch.</summary>
    /// <param name="seed">The experiment's seed.</param>
    /// <param name="step">The optimizer's step, or the number of the validation batch.</param>
    /// <param name="heldOut">Whether to draw from the held-out tenth, without blanking.</param>
    /// <param name="blanking">The share of windows to blank on one side, by any length.</param>
    /// <param name="nowcasts">The share of windows to blank after their centre.</param>
    public void Draw(ulong seed, long step, bool heldOut, double blanking, double nowcasts = 0)
    {
        (Observations.ObservedCount, Observations.CentreCount) = (0, 0);
        for (var i = 0; i < batchSize; i++)
        {
            var random = new CounterRandom(seed, heldOut ? HeldOutStream : FittingStream, step, firstRow + i);
            var (trajectory, start) = Start(heldOut, ref random);
            CopyWindow(i, trajectory, start, heldOut, blanking, nowcasts, ref random);
            CopyWindow(batchSize + i, trajectory, start + rolloutLength + laterOffset, heldOut, blanking, nowcasts, ref random);
            if (_withheld is { } withheld)
            {
                Withhold(withheld, i, ref random);
            }

            CopyObservations(i, trajectory, start);
            CopyForcing(i, trajectory, start);
            CopyReanalysis(i, trajectory, start);
            CopyReanalysis(batchSize + i, trajectory, start + rolloutLength + laterOffset);
        }
    }

    private (int Trajectory, long Step) Start(bool heldOut, ref CounterRandom random)
    {
        for (var trial = 0; trial < MostTrials; trial++)
        {
            var (trajectory, start) = record.StartAt(heldOut, random.NextUniform());
            if (reanalysis is null || (reanalysis.IsSound(trajectory, start) && reanalysis.IsSound(trajectory, start + rolloutLength + laterOffset)))
            {
                return (trajectory, start);
            }
        }

        throw new InvalidDataException(
            $"Expected sound states in the {(heldOut ? "held-out tenth" : "fitted part")} of the reanalysis, got none in {MostTrials} draws; "
                + "the model's errors may be larger than reanalysis.modelErrorVariance says.");
    }

    private void CopyWindow(int row, int trajectory, long centre, bool heldOut, double blanking, double nowcasts, ref CounterRandom random)
    {
        var values = Channel(row, 0);
        var mask = Channel(row, 1);
        var deviations = Channels > 2 ? Channel(row, 2) : [];
        if (Redrawn is null || (heldOut && !RedrawsHeldOut) || !Redrawn.Draw(trajectory, centre, values, mask, deviations, ref random))
        {
            _source.Fill(_input, trajectory, centre, Windows.AsSpan(Channels * row * _source.Size, Channels * _source.Size));
        }

        var draw = random.NextUniform();
        if (heldOut || draw >= blanking + nowcasts)
        {
            return;
        }

        var isNowcast = draw >= blanking;
        var future = isNowcast || random.NextUniform() < 0.5;
        var steps = isNowcast ? _source.HalfWidth : (int)random.NextInteger(_source.HalfWidth + 1);
        for (var channel = 0; channel < Channels; channel++)
        {
            Blank(Channel(row, channel), future, steps * _source.Description.SiteCount);
        }
    }

    // [time, site]
    private Span<float> Channel(int row, int channel) => Windows.AsSpan(((Channels * row) + channel) * _source.Size, _source.Size);

    private void Withhold(WithheldEntries withheld, int row, ref CounterRandom random)
    {
        withheld.Draw(withholding, ref random);
        Hide(row, 0);
        Hide(batchSize + row, rolloutLength + laterOffset);

        void Hide(int window, int firstStep)
        {
            for (var channel = 0; channel < Channels; channel++)
            {
                withheld.Hide(Channel(window, channel), firstStep);
            }
        }
    }

    private static void Blank(Span<float> window, bool future, int length) => (future ? window[^length..] : window[..length]).Clear();

    private void CopyReanalysis(int row, int trajectory, long step) =>
        reanalysis?.State(trajectory, step).CopyTo(Observations.Reanalysis.AsSpan(row * stateSize, stateSize));

    private void CopyForcing(int row, int trajectory, long start)
    {
        var length = 2 * Observations.ForcingChannels;
        for (var step = 0; step < rolloutLength; step++)
        {
            forcing?.Fill(trajectory, start + step, Observations.Forcing.AsSpan(((step * batchSize) + row) * length, length));
        }
    }

    private void CopyObservations(int row, int trajectory, long start)
    {
        var stretch = _source.Trajectory(trajectory);
        var sites = stretch.SiteCount;
        for (var lead = 0; lead <= rolloutLength; lead++)
        {
            var seen = 0;
            var from = (int)(start + lead - stretch.Steps.Start) * sites;
            var to = ((lead * batchSize) + row) * sites;
            for (var site = 0; site < sites; site++)
            {
                var deviation = stretch.Sigma?[from + site] is > 0 and var own ? own : sigma;
                Observations.Values[to + site] = stretch.Values[from + site];
                var isTarget = stretch.Mask[from + site] > 0 && _withheld?.Contains(_source.HalfWidth + lead, site) != false;
                Observations.Precisions[to + site] = isTarget ? (float)(1 / (deviation * deviation)) : 0;
                seen += isTarget ? 1 : 0;
            }

            Observations.ObservedCount += seen;
            Observations.CentreCount += lead == 0 || (lead == rolloutLength && laterOffset == 0) ? seen : 0;
        }
    }
}
