namespace Coda.Service.Bodies;

/// <summary>One observation.</summary>
internal readonly record struct EntryBody
{
    /// <summary>The model step, an integer; entries are sorted by it.</summary>
    public required long Step { get; init; }

    /// <summary>The site, from 0.</summary>
    public required int Site { get; init; }

    /// <summary>The observed value, in the model's unit.</summary>
    public required float Value { get; init; }

    /// <summary>The standard deviation of its error; by default that of the body.</summary>
    public float? Sigma { get; init; }
}
