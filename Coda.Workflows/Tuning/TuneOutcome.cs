using Coda.Classical.Tuning;

namespace Coda.Workflows.Tuning;

/// <summary>What tuning came to.</summary>
/// <param name="File">The file with the best choice.</param>
/// <param name="Best">The trial that fits best, among those that diverged least.</param>
/// <param name="Trials">Every choice that was tried.</param>
/// <param name="Sweeps">The values that were tried.</param>
public sealed record TuneOutcome(string File, MethodTrial Best, IReadOnlyList<MethodTrial> Trials, IReadOnlyList<OptionSweep> Sweeps);
