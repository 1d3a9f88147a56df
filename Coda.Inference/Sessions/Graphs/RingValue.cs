namespace Coda.Inference.Sessions.Graphs;

/// <summary>What is known of a value whose last axis goes round a ring of K sites: entry i is that of place <see cref="Origin"/> + i of a periodic
/// field.</summary>
/// <param name="Field">The name of that field; parts of one field can be joined.</param>
/// <param name="Stride">The sites to one place: 1, or more after pooling.</param>
/// <param name="Rounds">1 where the axis goes round the ring once, 0 for a part of a fixed length.</param>
/// <param name="Extra">The entries more than that: the axis has Rounds · K / Stride + Extra.</param>
/// <param name="Origin">The place of the first entry, counted from the ring's cut; negative before it.</param>
/// <param name="Reach">The most sites from which anything in an entry comes.</param>
internal sealed record RingValue(string Field, int Stride, int Rounds, long Extra, long Origin, long Reach)
{
    /// <summary>A value of a field of its own, with as many entries.</summary>
    /// <param name="name">The field's name.</param>
    public RingValue As(string name) => this with { Field = name, Origin = Rounds == 1 && Extra == 0 ? 0 : Origin };

    /// <summary>The entries on a ring of some size.</summary>
    /// <param name="sites">The ring's sites.</param>
    public long Length(int sites) => (Rounds * (sites / Stride)) + Extra;
}
