using Coda.Data.Archives;
using Coda.Data.Time;

namespace Coda.Inference.Assimilation;

/// <summary>One worker's analyses of single steps, each with the transpose of its derivative by the observed values. Not thread-safe.</summary>
public interface IAnalysisSensitivity : IDisposable
{
    /// <summary>The steps whose observations the analysis of a step depends on, within the record.</summary>
    /// <param name="step">The step.</param>
    StepRange Window(long step);

    /// <summary>Analyzes a step.</summary>
    /// <param name="window">What is observed at the steps of its <see cref="Window"/>.</param>
    /// <param name="step">The step.</param>
    /// <param name="state">Takes the analysis, about which <see cref="Pull"/> and <see cref="Covary"/> are then linearized. [space]</param>
    /// <exception cref="Data.Dynamics.DivergenceException">There is none that is finite.</exception>
    void Analyze(ObservationStretch window, long step, Span<double> state);

    /// <summary>Kᵀ times the gradient of any cost by the last analysis: the gradient of that cost by each observed value.</summary>
    /// <param name="gradient">The gradient by the analysis. [space]</param>
    /// <param name="sensitivities">Takes the gradient by the window's values, 0 where nothing is observed. [time, site]</param>
    void Pull(ReadOnlySpan<double> gradient, Span<double> sensitivities);

    /// <summary>The covariance of the last analysis's error times a direction, as far as the method knows it: whole, or its diagonal alone.</summary>
    /// <param name="direction">The direction. [space]</param>
    /// <param name="product">Takes the product. [space]</param>
    /// <returns>Whether the method knows it.</returns>
    bool Covary(ReadOnlySpan<double> direction, Span<double> product);
}
