using Coda.Data.Algebra;
using Coda.Data.Observations;

namespace Coda.Workflows.Checking;

/// <summary>An observation operator.</summary>
/// <param name="observation">The operator.</param>
internal sealed class OperatorFunction(ObservationOperator observation) : IFieldFunction
{
    /// <inheritdoc/>
    public Field<T> Of<T>(Field<T> x) => observation.Apply(x);
}
