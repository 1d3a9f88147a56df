namespace Coda.Data.Foundation;

/// <summary>A <see cref="Catalog{T}"/>, whatever its contract: how a list of catalogues holds them.</summary>
public interface ICatalog
{
    /// <summary>What one entry is called in messages, for example "system".</summary>
    string Noun { get; }

    /// <summary>The contract: an abstract class or an interface.</summary>
    Type Contract { get; }

    /// <summary>What an entry's constructor takes before its options, in order.</summary>
    IReadOnlyList<Type> Context { get; }

    /// <summary>The names of all entries, sorted.</summary>
    /// <exception cref="ArgumentException">Two entries have one name.</exception>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>The class behind a name.</summary>
    /// <param name="name">A name from <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">There is no such entry; the message suggests the nearest name.</exception>
    Type TypeOf(string name);

    /// <summary>The name under which a class stands in the catalogue.</summary>
    /// <param name="type">A class of this contract.</param>
    string NameFor(Type type);

    /// <summary>What the constructor of one entry takes before its options: the context, or nothing where that may be left out and is.</summary>
    /// <param name="type">A class of this contract.</param>
    IReadOnlyList<Type> ContextOf(Type type);

    /// <summary>Why a class of the contract is no entry, in words; <see langword="null"/> where it is one.</summary>
    /// <param name="type">A class of this contract, not abstract.</param>
    string? FaultOf(Type type);
}
