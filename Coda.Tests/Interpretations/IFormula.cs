using Coda.Data.Algebra;

namespace Coda.Tests.Interpretations;

/// <summary>Something written once over the algebra, as the tests see it: named arrays in, one array out.</summary>
internal interface IFormula
{
    T Apply<T>(IAlgebra<T> ops, IReadOnlyDictionary<string, T> inputs);
}
