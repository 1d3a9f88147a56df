namespace Coda.Service.Bodies;

/// <summary>The observations of one stretch, as entries or as rows.</summary>
internal abstract record ObservationBody
{
    /// <summary>The observations, sorted by step; none twice. Either these or rows.</summary>
    public IReadOnlyList<EntryBody>? Entries { get; init; }

    /// <summary>A row for each step, from firstStep on: a value for each site, null where nothing was observed. Either these or entries.</summary>
    public DenseBody? Rows { get; init; }

    /// <summary>The step of the first row; 0 by default.</summary>
    public long? FirstStep { get; init; }

    /// <summary>The names of the sites in the order of their index, to be compared with the model's; nothing is compared without them.</summary>
    public IReadOnlyList<string>? SiteNames { get; init; }

    /// <summary>The steps that the entries are of, whether observed or not; by default from the first entry's to the last's.</summary>
    public StepsBody? Record { get; init; }

    /// <summary>The standard deviation of the observations' errors, in the model's unit; by default that of training. Only for a model that reads it.</summary>
    public double? Sigma { get; init; }

    /// <summary>The steps asked for. Analyses: all of the record by default; forecasts from observations: its last one.</summary>
    public StepsBody? Steps { get; init; }

    /// <summary>The date and time that step 0 stands for, in ISO 8601 (UTC where it gives no offset). With it, requests may name dates, and replies do. Only
    /// for a model whose unit of time is s, min, h or d.</summary>
    public string? TimeOrigin { get; init; }
}
