namespace Coda.Benchmarks.Stores;

/// <summary>What goes wrong with one request.</summary>
internal enum S3Fault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The server is busy (503).</summary>
    Busy,

    /// <summary>The server knows nothing of it, as one that is no store (404).</summary>
    Unknown,

    /// <summary>Somebody else is at it (409).</summary>
    Conflict,

    /// <summary>The connection ends in the middle of what is sent; nothing is done.</summary>
    CutRequest,

    /// <summary>What was asked for is done, and the connection ends before the answer.</summary>
    CutAnswer,

    /// <summary>The answer ends in the middle of its content.</summary>
    CutContent,

    /// <summary>No answer comes.</summary>
    Silence,
}
