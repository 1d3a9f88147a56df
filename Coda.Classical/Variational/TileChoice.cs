using Coda.Classical.Variational.Tangents;
using Coda.Classical.Variational.Tiles;

namespace Coda.Classical.Variational;

/// <summary>Whether a stretch is smoothed by tiles, and how long it may be then.</summary>
internal static class TileChoice
{
    private const int LeastSites = 160; // from where on tiles take less time than the dense way

    /// <summary>Chooses.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The solver that is asked for, and its tiles.</param>
    /// <returns>The tiles; nothing for the dense way.</returns>
    /// <exception cref="ArgumentException">Tiles are asked for and the model does not allow them.</exception>
    public static TilePlan? Of(LinearizedModel model, IteratedExtendedSmoother.Options options)
    {
        var isAsked = options.Solver == SmootherSolver.Tiled;
        if (!isAsked && (options.Solver is SmootherSolver.Dense or SmootherSolver.ConjugateGradients || model.Layout.Size < LeastSites))
        {
            return null;
        }

        if (RingReach.Of(model) is not { } reach)
        {
            return null; // the method's constructor refuses tiles there
        }

        var plan = new TilePlan(reach, options.TileSize, options.TileHalo);
        if (reach.Size >= plan.LeastRing)
        {
            return plan;
        }

        return !isAsked ? null : throw new ArgumentException(
            $"Solver 'tiled': expected a ring of at least {plan.LeastRing} sites, for tiles of {plan.MostSites} and a model "
                + $"that reaches {-reach.Low} sites one way and {reach.High} the other, got {reach.Size}; lower tileSize or tileHalo, or set solver=dense.");
    }

    /// <summary>The steps of a stretch without its overlap, shortened to what the memory holds.</summary>
    /// <param name="plan">The tiles.</param>
    /// <param name="options">Length, overlap, memory.</param>
    /// <param name="steps">The steps of the record.</param>
    /// <exception cref="ArgumentException">The memory does not hold the overlap.</exception>
    public static int Length(TilePlan plan, IteratedExtendedSmoother.Options options, long steps)
    {
        var most = (long)(options.Memory * 1024.0 * 1024 / (plan.BytesPerSiteAndStep * plan.Reach.Size)) - (2L * options.Overlap);
        if (most < 1)
        {
            var least = Math.Ceiling(((2.0 * options.Overlap) + 1) * plan.BytesPerSiteAndStep * plan.Reach.Size / (1024 * 1024));
            throw new ArgumentException($"Memory: expected at least {least} MiB for stretches with an overlap of {options.Overlap} steps on {plan.Reach.Size} "
                + $"sites, got {options.Memory}; raise it, or lower the overlap.");
        }

        var length = Math.Min(options.StretchLength, steps);
        return (int)(length + (length / 2) <= most ? length : Math.Max(1, steps / ((steps + most - 1) / most)));
    }
}
