using Coda.Data.Archives;

namespace Coda.Pipelines.Rows;

/// <summary>Consecutive analyses.</summary>
/// <param name="rows">What was read of them.</param>
/// <param name="forcing">The forcing, and the column of the states with theirs, where there is one.</param>
internal sealed class AnalysisBlock(SelectedStates rows, (ForcingSeries Series, int Column)? forcing) : RowBlock
{
    /// <inheritdoc/>
    public override int Count => rows.Count;

    /// <inheritdoc/>
    public override int Trajectory(int row) => rows.Trajectory;

    /// <inheritdoc/>
    public override long Step(int row) => rows.FirstStep + row;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The forcing is not known as far as the last lead.</exception>
    public override void Copy(int column, int row, Span<float> destination)
    {
        var vectors = column == AnalysisRows.StateColumn || column == forcing?.Column ? rows.States : rows.Spread;
        vectors!.Value.Span.Slice(row * rows.StateSize, rows.StateSize).CopyTo(destination);
        if (forcing is var (series, forced) && column == forced)
        {
            series.Fill(rows.Trajectory, Step(row), destination[rows.StateSize..]);
        }
    }
}
