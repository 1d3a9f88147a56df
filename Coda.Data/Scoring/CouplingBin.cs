namespace Coda.Data.Scoring;

/// <summary>A learned correction beside the truth's coupling where the true x lies in [<paramref name="From"/>, <paramref name="To"/>).</summary>
/// <param name="From">The bin's lower border.</param>
/// <param name="To">Its upper border.</param>
/// <param name="Count">The number of true values in it.</param>
/// <param name="Coupling">The mean of the true coupling.</param>
/// <param name="CouplingDeviation">Its standard deviation within the bin.</param>
/// <param name="Correction">The mean of the correction at the true states.</param>
/// <param name="AnalysisCount">The number of true values with an analysis.</param>
/// <param name="CorrectionOfAnalyses">The mean over these of the correction at the analyses; <see langword="null"/> where there is none.</param>
public sealed record CouplingBin(
    double From, double To, long Count, double Coupling, double CouplingDeviation, double Correction, long AnalysisCount, double? CorrectionOfAnalyses);
