namespace Coda.Inference.Forecasting;

/// <summary>The derivative of a map at one state, prepared to be applied many times, and its transpose. Not thread-safe, nor beside others of a map.</summary>
public interface IStateDerivative
{
    /// <summary>The memory that it takes, about, in bytes.</summary>
    long Bytes { get; }

    /// <summary>The change of the values.</summary>
    /// <param name="perturbation">The change of the state. [input]</param>
    /// <param name="derivative">Takes the change of the values. [output]</param>
    void Push(ReadOnlySpan<double> perturbation, Span<double> derivative);

    /// <summary>The gradient of any cost by the state.</summary>
    /// <param name="sensitivity">The gradient by the values. [output]</param>
    /// <param name="gradient">Takes the gradient by the state. [input]</param>
    void Pull(ReadOnlySpan<double> sensitivity, Span<double> gradient);
}
