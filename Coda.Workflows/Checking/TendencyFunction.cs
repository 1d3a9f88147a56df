using Coda.Data.Algebra;
using Coda.Data.Dynamics;

namespace Coda.Workflows.Checking;

/// <summary>The tendency of a system with the parameters of its options.</summary>
/// <param name="system">The system.</param>
internal sealed class TendencyFunction(DynamicalSystem system) : IFieldFunction
{
    /// <inheritdoc/>
    public Field<T> Of<T>(Field<T> x) => system.Tendency(x, ParameterValues<T>.WithoutRecord(system, x, time: 0));
}
