namespace Coda.Classical.Tuning;

/// <summary>What is known of a parameter, or of an entry of the initial state, before a record is fitted.</summary>
/// <param name="Name">The parameter's name, or the entry's.</param>
/// <param name="Mean">The mean of a Gaussian prior of its value.</param>
/// <param name="Deviation">Its standard deviation; 0 where the value is known.</param>
public sealed record FitPrior(string Name, double Mean, double Deviation = 0);
