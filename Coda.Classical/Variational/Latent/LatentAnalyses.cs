using Coda.Data.Archives;

namespace Coda.Classical.Variational.Latent;

/// <summary>What is taken from a window.</summary>
/// <param name="Block">The analyses; nothing where none is wanted.</param>
/// <param name="Cost">Twice the window's cost.</param>
/// <param name="Observed">The number of its observations.</param>
internal sealed record LatentAnalyses(StateBlock? Block, double Cost, int Observed);
