using Coda.Data.Archives;
using Coda.Data.Time;
using Coda.Data.Windows;

namespace Coda.Pipelines.Rows;

/// <summary>The windows around consecutive steps, as slices of one stretch.</summary>
/// <param name="stretch">The observations of the steps and of half a window on both sides. [time, site]</param>
/// <param name="halfWidth">The half-width a of a window.</param>
/// <param name="ahead">The steps past its centre that a window sees, from 0 to <paramref name="halfWidth"/>; the others are unobserved.</param>
/// <param name="input">What a network reads of them.</param>
internal sealed class WindowBlock(ObservationStretch stretch, int halfWidth, int ahead, AnalysisInput input) : RowBlock
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
                var centre = Step(row);
                input.Fill(stretch, new StepRange(centre, centre + 1).Widen(halfWidth, halfWidth), centre + 1 + ahead, destination);
                break;
        }
    }

    private void Window(float[] source, int row, Span<float> destination)
    {
        source.AsSpan(row * stretch.SiteCount, destination.Length).CopyTo(destination);
        destination[((halfWidth + 1 + ahead) * stretch.SiteCount)..].Clear();
    }
}
