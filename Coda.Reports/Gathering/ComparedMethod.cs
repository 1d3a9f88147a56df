namespace Coda.Reports.Gathering;

/// <summary>A method that was compared.</summary>
/// <param name="Name">Its name and options.</param>
/// <param name="Score">Its error, or its misfit.</param>
/// <param name="MillisecondsPerStep">The time of an analysis.</param>
/// <param name="IsSmoother">Whether it sees what comes after.</param>
internal sealed record ComparedMethod(string Name, double Score, double MillisecondsPerStep, bool IsSmoother);
