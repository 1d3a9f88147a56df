namespace Coda.Data.Scoring;

/// <summary>Where and when the estimates of a field are off: their errors by time and by place.</summary>
/// <param name="Field">The field's symbol.</param>
/// <param name="Unit">The unit of its values; "1" where they are dimensionless.</param>
/// <param name="Blocks">Means over blocks of consecutive steps and all trajectories, in order; together they span the record.</param>
/// <param name="Places">By entry of the field; against withheld observations by site. [place]</param>
public sealed record ErrorProfile(string Field, string Unit, IReadOnlyList<ErrorBlock> Blocks, IReadOnlyList<PlaceError> Places)
{
    /// <summary>The number of states, or of observations, in all.</summary>
    public long Count => Blocks.Sum(b => b.Count);
}
