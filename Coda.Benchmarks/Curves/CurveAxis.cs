namespace Coda.Benchmarks.Curves;

/// <summary>What rises along a curve.</summary>
internal enum CurveAxis
{
    /// <summary>The numbers of a state, with observations as dense as before.</summary>
    State,

    /// <summary>The observations of a step, of a state of one size.</summary>
    Observations,

    /// <summary>Members or particles of an ensemble.</summary>
    Members,

    /// <summary>The steps that are looked at: of a record, a lag, a window, a rollout.</summary>
    Steps,

    /// <summary>Rows of a batch, channels of a network.</summary>
    Network,

    /// <summary>The ranks that divide a batch.</summary>
    Ranks,
}
