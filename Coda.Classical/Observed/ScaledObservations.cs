using System.Numerics.Tensors;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;

namespace Coda.Classical.Observed;

/// <summary>Observations, and their errors, times a number for each site.</summary>
internal sealed class ScaledObservations : ObservationView
{
    private readonly float[] _scales;

    private ScaledObservations(PlausibleObservations archive, ArchiveDescription description, float[] scales)
        : base(archive) => (Description, _scales) = (description, scales);

    /// <inheritdoc/>
    public override ArchiveDescription Description { get; }

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
    protected override ObservationStretch View(ObservationStretch stretch)
    {
        var sigma = new float[stretch.Values.Length];
        stretch.CopyDeviations(0, [(float)(Inner.Description.Sigma ?? 0)], sigma);
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
