using Coda.Data.Algebra;

namespace Coda.Workflows.Checking;

/// <summary>A function of the state that is written over the algebra: a tendency or an observation operator.</summary>
internal interface IFieldFunction
{
    /// <summary>Its value.</summary>
    /// <param name="x">The state. [..., space]</param>
    Field<T> Of<T>(Field<T> x);
}
