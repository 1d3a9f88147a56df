using Coda.Data.Archives;

namespace Coda.Pipelines.Rows;

/// <summary>The windows around consecutive steps, as slices of one stretch.</summary>
/// <param name="stretch">The observations of the steps and of half a window on both sides. [time, site]</param>
/// <param name="halfWidth">The half-width a of a window.</param>
/// <param name="ahead">The steps past its centre that a window sees, from 0 to <paramref name="halfWidth"/>; the others are unobserved.</param>
/// <param name="sigma">The standard deviation of the errors of observations that have none of their own, where it is a channel; else
/// <see langword="null"/>.</param>
internal sealed class WindowPiece(ObservationStretch stretch, int halfWidth, int ahead, float? sigma) : RowPiece
{
    /// <inheritdoc/>
    public override int Count => (int)stretch.Steps.Count - (2 * halfWidth);

    /// <inheritdoc/>
    public override int Trajectory(int row) => stretch.Trajectory;

    /// <inheritdoc/>
    public override long Step(int row) => stretch.Steps.Start + halfWidth + row;

    /// <inheritdoc/>
    public override void Copy(int column, int row, Span<float> destination)
    {
        switch (column)
        {
            case WindowRows.ValuesColumn:
                Window(stretch.Values, row, destination);
                break;
            case WindowRows.MaskColumn:
                Window(stretch.Mask, row, destination);
                break;
            default:
                var size = destination.Length / (sigma is null ? 2 : 3);
                Window(stretch.Values, row, destination[..size]);
                Window(stretch.Mask, row, destination.Slice(size, size));
                if (sigma is { } common)
                {
                    stretch.CopyDeviations(row * stretch.SiteCount, common, destination[(2 * size)..]);
                    Blind(destination[(2 * size)..]);
                }

                break;
        }
    }

    private void Window(float[] source, int row, Span<float> destination)
    {
        source.AsSpan(row * stretch.SiteCount, destination.Length).CopyTo(destination);
        Blind(destination);
    }

    private void Blind(Span<float> window) => window[((halfWidth + 1 + ahead) * stretch.SiteCount)..].Clear();
}
