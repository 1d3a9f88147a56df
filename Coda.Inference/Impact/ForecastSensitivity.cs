using Coda.Data.Archives;
using Coda.Inference.Forecasting;

namespace Coda.Inference.Impact;

/// <summary>The error of a forecast as a function of the state that it starts from, with its gradient by the adjoint model. For one thread.</summary>
/// <param name="model">The forecast model.</param>
/// <param name="forcing">The record's forcing, where the model has any.</param>
/// <param name="verification">What the forecast is held against.</param>
/// <param name="lead">Its steps.</param>
internal sealed class ForecastSensitivity(ForecastModel model, ForcingSeries? forcing, IVerification verification, int lead) : IDisposable
{
    private readonly IAdjointMap _map = model.StartAdjoint() ?? TransposedTangent.Of(model) ?? throw new ArgumentException(
        $"Forecast model '{model.Name}': expected one with an adjoint, to take the error of a forecast back to its start, got one without. Export a trained "
            + "model that lacks adjoint.onnx again, take --method etkf, which needs none, or another model (--forecast simulator).");

    private readonly Lazy<ITangentMap?> _tangent = new(model.StartTangent);
    private readonly double[] _trajectory = new double[(lead + 1) * model.StateSize];
    private readonly double[] _values = new double[model.StateSize];
    private readonly double[] _next = new double[model.StateSize];

    /// <summary>The error e(M(x)) and its gradient by x.</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="step">The step of the state.</param>
    /// <param name="state">The state x; the verification of the forecast's step is loaded. [space]</param>
    /// <param name="gradient">Takes Mᵀ e'. [space]</param>
    public double Error(int trajectory, long step, ReadOnlySpan<double> state, Span<double> gradient)
    {
        var size = _values.Length;
        state.CopyTo(_trajectory);
        for (var k = 0; k < lead; k++)
        {
            _map.Apply(Row(k), Row(k + 1), 1, forcing?.Over(trajectory, step + k));
        }

        var error = verification.Error(Row(lead), gradient);
        for (var k = lead - 1; k >= 0; k--)
        {
            _map.Pull(Row(k), gradient, _values, _next, 1, forcing?.Over(trajectory, step + k));
            _next.CopyTo(gradient);
        }

        return error;

        Span<double> Row(int k) => _trajectory.AsSpan(k * size, size);
    }

    /// <summary>Takes perturbations of the state of the last <see cref="Error"/> to the forecast's step.</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="step">The step of the state.</param>
    /// <param name="perturbations">The perturbations, overwritten. [member, space]</param>
    /// <exception cref="ArgumentException">The model has no tangent.</exception>
    public void Push(int trajectory, long step, double[] perturbations)
    {
        var tangent = _tangent.Value ?? throw new ArgumentException(
            $"Forecast model '{model.Name}': expected one with a tangent, to tell where one more observation would help, got one without. Leave --targets out, "
                + "or export a trained model that lacks tangent.onnx again.");
        var next = new double[perturbations.Length];
        for (var k = 0; k < lead; k++)
        {
            tangent.Push(_trajectory.AsSpan(k * _values.Length, _values.Length), perturbations, _values, next, 1, forcing?.Over(trajectory, step + k));
            next.CopyTo(perturbations, 0);
        }
    }

    /// <summary>Frees the model's buffers.</summary>
    public void Dispose()
    {
        _map.Dispose();
        if (_tangent.IsValueCreated)
        {
            _tangent.Value?.Dispose();
        }
    }
}
