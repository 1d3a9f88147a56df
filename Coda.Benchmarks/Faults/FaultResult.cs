namespace Coda.Benchmarks.Faults;

/// <summary>What one command made of one damaged file.</summary>
/// <param name="Case">The damaged file.</param>
/// <param name="Probe">The name of what read it.</param>
/// <param name="Verdict">What it came to; a run may have several that must not happen, each a result.</param>
/// <param name="Detail">The error, or what differs.</param>
internal sealed record FaultResult(FaultCase Case, string Probe, FaultVerdict Verdict, string Detail)
{
    /// <summary>Whether it must not happen.</summary>
    public bool IsBad => Verdict >= FaultVerdict.SilentOther;

    /// <inheritdoc/>
    public override string ToString() => $"{Verdict} | {Case} | {Probe} | {Detail}";
}
