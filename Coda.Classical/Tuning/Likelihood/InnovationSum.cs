namespace Coda.Classical.Tuning.Likelihood;

/// <summary>The innovations d of a window's filter, summed up, with s the variances that they are said to have.</summary>
/// <param name="Count">Their number.</param>
/// <param name="Squares">Σ d² / s.</param>
/// <param name="Logarithms">Σ log s.</param>
internal readonly record struct InnovationSum(int Count, double Squares, double Logarithms)
{
    private const double MostConsistency = 1.5; // mean d² / s

    /// <summary>Whether the filter has lost the truth: then neither d nor s says how parameters should change.</summary>
    public bool IsLost => !(Squares <= MostConsistency * Count);

    /// <summary>Minus the logarithm of the likelihood but for a constant, ½ Σ d² / s + log s; where the truth is lost, that of a filter that is about to lose
    /// it. Infinity where it is not finite.</summary>
    public double Cost => double.IsFinite(Squares + Logarithms) ? 0.5 * (Math.Min(Squares, MostConsistency * Count) + Logarithms) : double.PositiveInfinity;
}
