namespace Coda.Data.Archives.Stores;

/// <summary>What one process alone does in a store, until it is disposed or the process ends.</summary>
public interface IStoreClaim : IDisposable
{
    /// <summary>Refuses to go on where the claim was lost meanwhile, because this process stood still or the store could not be reached for too
    /// long.</summary>
    /// <exception cref="IOException">It was lost.</exception>
    void Require();
}
