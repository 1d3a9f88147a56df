using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Observations;
using Coda.Tests.Interpretations;

namespace Coda.Tests.Data;

/// <summary>f(x; θ) of a system.</summary>
internal sealed record TendencyFormula(DynamicalSystem System) : IFormula
{
    public T Apply<T>(IAlgebra<T> ops, IReadOnlyDictionary<string, T> inputs) => 
        System.Tendency(ops.Field(inputs["state"]), new ParameterValues<T>(ops, inputs)).Value;
}

/// <summary>A number of steps of a simulator.</summary>
internal sealed record ForecastFormula(Simulator Simulator, int Steps) : IFormula
{
    public T Apply<T>(IAlgebra<T> ops, IReadOnlyDictionary<string, T> inputs)
    {
        var state = inputs["state"];
        for (var step = 0; step < Steps; step++)
        {
            state = Simulator.Advance(ops, state, new ParameterValues<T>(ops, inputs));
        }

        return state;
    }
}

/// <summary>H(x).</summary>
internal sealed record OperatorFormula(ObservationOperator Operator) : IFormula
{
    public T Apply<T>(IAlgebra<T> ops, IReadOnlyDictionary<string, T> inputs) => Operator.Apply(ops, inputs["state"]);
}
