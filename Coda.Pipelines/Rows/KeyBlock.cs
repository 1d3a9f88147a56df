using Coda.Data.Time;

namespace Coda.Pipelines.Rows;

/// <summary>Consecutive steps of one trajectory, without any vector.</summary>
/// <param name="trajectory">The trajectory's number.</param>
/// <param name="steps">The steps.</param>
internal sealed class KeyBlock(int trajectory, StepRange steps) : RowBlock
{
    /// <inheritdoc/>
    public override int Count => (int)steps.Count;

    /// <inheritdoc/>
    public override int Trajectory(int row) => trajectory;

    /// <inheritdoc/>
    public override long Step(int row) => steps.Start + row;

    /// <inheritdoc/>
    public override void Copy(int column, int row, Span<float> destination) =>
        throw new InvalidOperationException($"Expected a column that was asked for, got column {column}.");
}
