using System.Collections.Concurrent;
using Coda.Data.Algebra;
using Coda.Data.Dynamics;

namespace Coda.Inference.Forecasting;

/// <summary>A bare simulator from the catalogue, x_{k+1} = M(x_k), without what training learnt.</summary>
/// <remarks>In single precision, as the ONNX files are.</remarks>
public sealed class SimulatorForecast : IForecastModel
{
    private readonly Simulator _simulator;
    private readonly IReadOnlyDictionary<string, double> _parameters;
    private readonly ConcurrentBag<BufferAlgebra<float>> _idle = [];

    /// <summary>Makes the model.</summary>
    /// <param name="simulator">System, scheme and time step.</param>
    /// <param name="parameters">Parameters that differ from the system's own values; none by default.</param>
    /// <exception cref="ArgumentException">The system has no such parameter.</exception>
    public SimulatorForecast(Simulator simulator, IReadOnlyDictionary<string, double>? parameters = null)
    {
        var all = simulator.System.ParameterNumbers.ToDictionary();
        foreach (var (name, value) in parameters ?? new Dictionary<string, double>())
        {
            all[name] = all.ContainsKey(name)
                ? value
                : throw new ArgumentException($"Expected a parameter of {string.Join(", ", all.Keys)}, got '{name}'.", nameof(parameters));
        }

        (_simulator, _parameters) = (simulator, all);
    }

    /// <inheritdoc/>
    public string Name => "simulator";

    /// <inheritdoc/>
    public int StateSize => _simulator.System.Layout.Size;

    /// <inheritdoc/>
    public double StepLength => _simulator.StepLength;

    /// <inheritdoc/>
    public void Advance(ReadOnlySpan<float> states, Span<float> next, int batch)
    {
        BatchShape.Require(this, states, next, batch);
        if (!_idle.TryTake(out var ops))
        {
            ops = new BufferAlgebra<float>();
        }

        _simulator.Advance(ops, ops.From(states, batch, StateSize), ParameterValues<NdArray<float>>.Constants(ops, _parameters)).Span.CopyTo(next);
        ops.Recycle();
        _idle.Add(ops);
    }
}
