namespace Coda.Classical.Ensemble;

/// <summary>Advances a whole ensemble by one step. For one thread.</summary>
internal abstract class Propagation : IDisposable
{
    /// <summary>x_{k+1} = M(x_k) for every member, in place.</summary>
    /// <param name="ensemble">The states. [member, space]</param>
    /// <param name="members">The number of members.</param>
    public abstract void Advance(Span<double> ensemble, int members);

    /// <summary>Frees what the model keeps.</summary>
    public virtual void Dispose()
    {
    }
}
