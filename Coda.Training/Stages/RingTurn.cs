namespace Coda.Training.Stages;

/// <summary>Turns states round a ring on which no place is special.</summary>
internal static class RingTurn
{
    /// <summary>Copies a state, each field turned by the same number of sites.</summary>
    /// <param name="state">The state. [field · site]</param>
    /// <param name="fields">The number of fields.</param>
    /// <param name="share">The share of the ring to turn it by, in [0, 1).</param>
    /// <param name="turned">Takes the turned state.</param>
    public static void Copy(ReadOnlySpan<float> state, int fields, double share, Span<float> turned)
    {
        var sites = state.Length / fields;
        var shift = (int)(share * sites);
        for (var field = 0; field < fields; field++)
        {
            var to = turned.Slice(field * sites, sites);
            state.Slice(field * sites, sites - shift).CopyTo(to[shift..]);
            state.Slice(((field + 1) * sites) - shift, shift).CopyTo(to);
        }
    }
}
