namespace Coda.Pipelines.Rows;

/// <summary>The names of columns and annotations that this project gives.</summary>
internal static class ColumnNames
{
    /// <summary>A window of observations.</summary>
    public const string Observations = "Observations";

    /// <summary>A state.</summary>
    public const string State = "State";

    /// <summary>A state with the forcing of its forecast.</summary>
    public const string ForcedState = "ForcedState";

    /// <summary>How many steps past its own a column has seen.</summary>
    public const string LookAhead = "LookAhead";
}
