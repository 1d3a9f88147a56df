using Coda.Data.Time;

namespace Coda.Data.Archives;

/// <summary>Another archive's observations, each stretch seen in a way of its own: checked, scaled, on the scale of its errors. All else is the archive's,
/// its forcing included. Safe for use from several threads where <see cref="View"/> is.</summary>
/// <param name="archive">The archive; it stays the caller's.</param>
public abstract class ObservationView(IObservationArchive archive) : IObservationArchive
{
    /// <inheritdoc/>
    public virtual ArchiveDescription Description => Inner.Description;

    /// <inheritdoc/>
    public virtual bool IsOnErrorScale => Inner.IsOnErrorScale;

    /// <summary>The archive that is read.</summary>
    protected IObservationArchive Inner { get; } = archive;

    /// <inheritdoc/>
    public ObservationStretch ReadObservations(int trajectory, StepRange steps, ObservationSubset which = ObservationSubset.Input) =>
        View(Inner.ReadObservations(trajectory, steps, which));

    /// <inheritdoc/>
    public IEnumerable<ObservationStretch> ReadStretches(int length, int halo, ObservationSubset which = ObservationSubset.Input) =>
        Inner.ReadStretches(length, halo, which).Select(View);

    /// <inheritdoc/>
    public IEnumerable<ObservationStretch> ReadStretches(RecordRange range, int length, int halo, ObservationSubset which = ObservationSubset.Input) =>
        Inner.ReadStretches(range, length, halo, which).Select(View);

    /// <inheritdoc/>
    public IEnumerable<StateBlock> ReadForcing(int trajectory) => Inner.ReadForcing(trajectory);

    /// <summary>What is seen of a stretch.</summary>
    /// <param name="stretch">The archive's stretch, which may be returned as it is.</param>
    /// <returns>A stretch of the same trajectory, steps and sites.</returns>
    /// <exception cref="InvalidDataException">A value cannot be seen so; the message names it.</exception>
    protected abstract ObservationStretch View(ObservationStretch stretch);
}
