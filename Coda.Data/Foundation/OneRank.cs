namespace Coda.Data.Foundation;

/// <summary>This process alone.</summary>
public sealed class OneRank : IRankGroup
{
    private OneRank()
    {
    }

    /// <summary>The only one that there is.</summary>
    public static OneRank Instance { get; } = new();

    /// <inheritdoc/>
    public int Rank => 0;

    /// <inheritdoc/>
    public int Size => 1;

    /// <inheritdoc/>
    public byte[][] Gather(ReadOnlySpan<byte> own) => [own.ToArray()];

    /// <inheritdoc/>
    public void Accumulate(float[] sum, Action<int, int> add)
    {
        ArgumentNullException.ThrowIfNull(sum);
        ArgumentNullException.ThrowIfNull(add);
        add(0, sum.Length);
    }
}
