namespace Coda.Pipelines.Rows;

/// <summary>Some rows of an archive, in memory.</summary>
internal abstract class RowBlock
{
    /// <summary>The number of rows.</summary>
    public abstract int Count { get; }

    /// <summary>The trajectory of a row.</summary>
    public abstract int Trajectory(int row);

    /// <summary>The step of a row.</summary>
    public abstract long Step(int row);

    /// <summary>Copies a vector.</summary>
    /// <param name="column">The column's index in the view's schema.</param>
    /// <param name="row">The row.</param>
    /// <param name="destination">As long as the column's vectors.</param>
    public abstract void Copy(int column, int row, Span<float> destination);
}
