using Coda.Data.Archives;

namespace Coda.Pipelines.Rows;

/// <summary>Consecutive analyses.</summary>
/// <param name="rows">What was read of them.</param>
internal sealed class AnalysisBlock(SelectedStates rows) : RowBlock
{
    /// <inheritdoc/>
    public override int Count => rows.Count;

    /// <inheritdoc/>
    public override int Trajectory(int row) => rows.Trajectory;

    /// <inheritdoc/>
    public override long Step(int row) => rows.FirstStep + row;

    /// <inheritdoc/>
    public override void Copy(int column, int row, Span<float> destination) =>
        (column == AnalysisRows.StateColumn ? rows.States : rows.Spread)!.Value.Span.Slice(row * rows.StateSize, rows.StateSize).CopyTo(destination);
}
