using System.Numerics.Tensors;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Observations;
using Coda.Data.Time;

namespace Coda.Classical.Observed;

/// <summary>Observations, and their errors, times a number for each site.</summary>
internal sealed class ScaledObservations : IObservationArchive
{
    private readonly PlausibleObservations _archive;
    private readonly float[] _scales;

    private ScaledObservations(PlausibleObservations archive, ArchiveDescription description, float[] scales) =>
        (_archive, Description, _scales) = (archive, description, scales);

    /// <inheritdoc/>
    public ArchiveDescription Description { get; }

    /// <inheritdoc/>
    public ErrorModel Errors => _archive.Errors;

    /// <inheritdoc/>
    public IEnumerable<StateBlock> ReadForcing(int trajectory) => _archive.ReadForcing(trajectory);

    /// <summary>Scales observations after they were checked.</summary>
    /// <param name="archive">The observations.</param>
    /// <param name="description">What the archive holds then.</param>
    /// <param name="scales">The numbers. [site]</param>
    public static PlausibleObservations Of(IObservationArchive archive, ArchiveDescription description, float[] scales) =>
        new(new ScaledObservations(PlausibleObservations.Of(archive), description, scales), double.PositiveInfinity);

    /// <summary>Scales states and their spread.</summary>
    /// <param name="block">The states.</param>
    /// <param name="scales">A number for each entry. [space]</param>
    public static StateBlock Times(StateBlock block, float[] scales)
    {
        return block with { States = Scaled(block.States), Spread = block.Spread is { } spread ? Scaled(spread) : null };

        ReadOnlyMemory<float> Scaled(ReadOnlyMemory<float> values)
        {
            var scaled = values.ToArray();
            Times(scaled, scales);
            return scaled;
        }
    }

    /// <inheritdoc/>
    public ObservationStretch ReadObservations(int trajectory, StepRange steps, ObservationSubset which = ObservationSubset.Input) =>
        Scaled(_archive.ReadObservations(trajectory, steps, which));

    /// <inheritdoc/>
    public IEnumerable<ObservationStretch> ReadStretches(int length, int halo, ObservationSubset which = ObservationSubset.Input) =>
        _archive.ReadStretches(length, halo, which).Select(Scaled);

    /// <inheritdoc/>
    public IEnumerable<ObservationStretch> ReadStretches(RecordRange range, int length, int halo, ObservationSubset which = ObservationSubset.Input) =>
        _archive.ReadStretches(range, length, halo, which).Select(Scaled);

    private ObservationStretch Scaled(ObservationStretch stretch)
    {
        var sigma = new float[stretch.Values.Length];
        stretch.CopyDeviations(0, [(float)(_archive.Description.Sigma ?? 0)], sigma);
        var scaled = new ObservationStretch(stretch.Trajectory, stretch.Steps, stretch.SiteCount) { Sigma = sigma };
        stretch.Values.CopyTo(scaled.Values, 0);
        stretch.Mask.CopyTo(scaled.Mask, 0);
        Times(scaled.Values, _scales);
        Times(sigma, _scales);
        return scaled;
    }

    private static void Times(Span<float> values, float[] scales)
    {
        for (var start = 0; start < values.Length; start += scales.Length)
        {
            var row = values.Slice(start, scales.Length);
            TensorPrimitives.Multiply(row, scales, row);
        }
    }
}
