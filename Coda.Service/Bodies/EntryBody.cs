namespace Coda.Service.Bodies;

/// <summary>One observation.</summary>
internal readonly record struct EntryBody
{
    /// <summary>The model step, an integer; entries are sorted by it. Either this or time.</summary>
    public long? Step { get; init; }

    /// <summary>The date and time of the step in ISO 8601, where timeOrigin says what step 0 stands for. Either this or step.</summary>
    public string? Time { get; init; }

    /// <summary>The site, from 0. Either this or siteName.</summary>
    public int? Site { get; init; }

    /// <summary>The site's name, as the model has it, or that of the state's entry at which it lies. Either this or site.</summary>
    public string? SiteName { get; init; }

    /// <summary>The observed value, in the model's unit.</summary>
    public required float Value { get; init; }

    /// <summary>The standard deviation of its error; by default that of the body.</summary>
    public float? Sigma { get; init; }
}
