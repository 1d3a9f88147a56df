namespace Coda.Data.Archives.Import;

/// <summary>Values that can be, both ends included.</summary>
/// <param name="Low">The smallest; minus infinity for none.</param>
/// <param name="High">The largest; infinity for none.</param>
public sealed record ValueRange(double Low, double High)
{
    /// <summary>Whether a value lies in it.</summary>
    /// <param name="value">A number.</param>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Low}..{High}");
}
