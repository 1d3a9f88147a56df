using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Tests.Interpretations;
using Coda.Training.Algebra;
using Coda.Training.Networks;

namespace Coda.Tests.Training;

/// <summary>g(window) or, in the stretch form, g of every window of a stretch. Only for algebras of networks.</summary>
internal sealed record AnalysisFormula(AssimilationNetwork Network, bool IsStretch = false) : IFormula
{
    public T Apply<T>(IAlgebra<T> ops, IReadOnlyDictionary<string, T> inputs)
    {
        var (algebra, weights) = ((INetworkAlgebra<T>)ops, new Weights<T>(inputs));
        return (IsStretch
            ? ((IStretchNetwork)Network).AnalyzeStretch(algebra, weights, inputs["stretch"]) : Network.Analyze(algebra, weights, inputs["window"])).State;
    }
}

/// <summary>The spread of a network, or the state beside it.</summary>
internal sealed record SpreadFormula(AssimilationNetwork Network, bool IsStretch = false, bool IsState = false) : IFormula
{
    public T Apply<T>(IAlgebra<T> ops, IReadOnlyDictionary<string, T> inputs)
    {
        var (algebra, weights) = ((INetworkAlgebra<T>)ops, new Weights<T>(inputs));
        var analysis = IsStretch
            ? ((IStretchNetwork)Network).AnalyzeStretch(algebra, weights, inputs["stretch"]) : Network.Analyze(algebra, weights, inputs["window"]);
        var spread = analysis.Spread!();
        return IsState ? analysis.State : spread;
    }
}

/// <summary>B(x).</summary>
internal sealed record CorrectionFormula(Correction Correction) : IFormula
{
    public T Apply<T>(IAlgebra<T> ops, IReadOnlyDictionary<string, T> inputs) => 
        Correction.Evaluate(new Weights<T>(inputs), ops.Field(inputs["state"])).Value;
}

/// <summary>Steps of a simulator with a correction.</summary>
internal sealed record HybridFormula(Simulator Simulator, Correction Correction, int Steps) : IFormula
{
    public T Apply<T>(IAlgebra<T> ops, IReadOnlyDictionary<string, T> inputs)
    {
        var (state, weights) = (inputs["state"], new Weights<T>(inputs));
        for (var step = 0; step < Steps; step++)
        {
            state = Simulator.Advance(ops, state, new ParameterValues<T>(ops, inputs), x => Correction.Evaluate(weights, x));
        }

        return state;
    }
}
