using Coda.Data.Archives;
using Coda.Data.Time;

namespace Coda.Classical.Variational.Cycles;

/// <summary>What has arrived of a record, on the scale of its errors; around it nothing is observed.</summary>
/// <param name="description">What records are like; its steps are not looked at.</param>
/// <param name="arrived">What has arrived.</param>
internal sealed class ArrivedRecord(ArchiveDescription description, ObservationStretch arrived) : IObservationArchive
{
    /// <inheritdoc/>
    public ArchiveDescription Description { get; } =
        description with { Steps = new StepRange(arrived.Steps.Start - 1, arrived.Steps.End), TrajectoryCount = 1, TrajectoryNames = null };

    /// <inheritdoc/>
    public bool IsOnErrorScale => true;

    /// <inheritdoc/>
    public IEnumerable<StateBlock> ReadForcing(int trajectory) => [];

    /// <inheritdoc/>
    public ObservationStretch ReadObservations(int trajectory, StepRange steps, ObservationSubset which = ObservationSubset.Input)
    {
        var (stretch, known) = (new ObservationStretch(trajectory, steps, arrived.SiteCount) { Sigma = Blank() }, steps.Intersect(arrived.Steps));
        if (known.Count > 0)
        {
            var (from, to, length) = (At(known.Start, arrived.Steps), At(known.Start, steps), checked((int)known.Count * arrived.SiteCount));
            Array.Copy(arrived.Values, from, stretch.Values, to, length);
            Array.Copy(arrived.Mask, from, stretch.Mask, to, length);
            if (arrived.Sigma is { } sigma)
            {
                Array.Copy(sigma, from, stretch.Sigma!, to, length);
            }
        }

        return stretch;

        float[]? Blank() => arrived.Sigma is null ? null : new float[checked((int)steps.Count * arrived.SiteCount)];

        int At(long step, StepRange of) => checked((int)(step - of.Start) * arrived.SiteCount);
    }
}
