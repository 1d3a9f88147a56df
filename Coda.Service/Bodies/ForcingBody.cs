namespace Coda.Service.Bodies;

/// <summary>The forcing at consecutive steps.</summary>
internal sealed record ForcingBody
{
    /// <summary>The step of the first row; 0 by default.</summary>
    public long? FirstStep { get; init; }

    /// <summary>A row for each step, with the values of the series that the model reads, in its order; without the time, which follows from the step.</summary>
    public required DenseBody Rows { get; init; }
}
