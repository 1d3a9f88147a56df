using Coda.Data.Archives;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation;

/// <summary>What a method may learn from before it analyzes.</summary>
/// <param name="Reference">The observations that statistics are estimated from; often the archive to be analyzed, or the training archive.</param>
/// <param name="Model">The trained model, for the methods that are one.</param>
public sealed record AnalysisContext(IObservationArchive Reference, OnnxModel? Model = null);
