using Coda.Data.Foundation;
using Coda.Inference.Impact;

namespace Coda.Workflows.Weighing;

/// <summary>What a weighing found of one trajectory.</summary>
/// <param name="Cases">The steps that were weighed.</param>
/// <param name="Warnings">What makes them doubtful.</param>
internal sealed record ImpactPart(IReadOnlyList<ImpactCase> Cases, IReadOnlyList<ResultWarning> Warnings);
