using Coda.Data.Archives.Parts;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Runs;

/// <summary>A part that is to be made, and whom to tell meanwhile.</summary>
/// <param name="Part">The part.</param>
/// <param name="Warnings">Takes what makes its states doubtful; kept with the part.</param>
/// <param name="Unsound">Takes, from any thread, stretches whose states are not what was asked for; kept with the part.</param>
/// <param name="Progress">Told the share of the part that is done, in [0, 1].</param>
public sealed record PartWork(RunPart Part, ResultWarnings Warnings, Action<UnsoundStretch> Unsound, IProgress<double> Progress);
