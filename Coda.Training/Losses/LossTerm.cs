using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Training.Losses;

/// <summary>One named, weighted term of the loss, a mean per entry without a unit.</summary>
/// <remarks>Written over the algebra, so that LibTorch and the tape give the same gradient. A subclass is one file, sealed, with a nested <c>Options</c>
/// record. Immutable.</remarks>
public abstract class LossTerm
{
    /// <summary>The factor of the term in the loss.</summary>
    public abstract double Weight { get; }

    /// <summary>How many steps after the rollout's end the later analysis is centred; 0 is aligned.</summary>
    public virtual int LaterOffset => 0;

    /// <summary>Whether the term looks at the rollout beyond its start; where no term does, none is computed.</summary>
    public virtual bool UsesRollout => true;

    /// <summary>Whether the term compares with a reanalysis, which training then has to be given.</summary>
    public virtual bool UsesReanalysis => false;

    /// <summary>The term without its weight.</summary>
    /// <param name="context">The rollout, the observations, the later analysis.</param>
    /// <returns>A scalar.</returns>
    public abstract Field<T> Evaluate<T>(LossContext<T> context);

    /// <summary>Every loss term, by name.</summary>
    public static Catalog<LossTerm> Catalog { get; } = new("loss term");
}
