using Coda.Data.Time;

namespace Coda.Classical.Variational.Costs;

/// <summary>Steps with observations, and the gap after them.</summary>
/// <param name="Observed">The steps with observations; none where the stretch begins with a gap.</param>
/// <param name="Whole">These and the gap.</param>
internal readonly record struct ObservedBlock(StepRange Observed, StepRange Whole);
