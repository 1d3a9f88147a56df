namespace Coda.Samples.EventPrediction;

/// <summary>How well one choice of features predicts the event.</summary>
/// <param name="Features">The choice.</param>
/// <param name="Length">The number of values in a row's features.</param>
/// <param name="Auc">The area under the receiver operating characteristic.</param>
/// <param name="AveragePrecision">The area under the curve of precision against recall.</param>
public sealed record EventScores(string Features, int Length, double Auc, double AveragePrecision);
