namespace Coda.Service.Bodies;

/// <summary>What a body is written in.</summary>
internal enum BodyKind
{
    /// <summary>JSON, which says itself what is asked for.</summary>
    Json,

    /// <summary>Tidy rows as Parquet; the query says what is asked for.</summary>
    Parquet,

    /// <summary>Tidy rows as CSV; the query says what is asked for.</summary>
    Csv,
}
