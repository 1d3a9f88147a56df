namespace Coda.Inference.Impact;

/// <summary>What forecasts are held against: withheld observations, or states. Not thread-safe: one for each worker.</summary>
public interface IVerification : IDisposable
{
    /// <summary>What it is, in words for tables.</summary>
    string Description { get; }

    /// <summary>Takes what there is at a step of a trajectory.</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="step">The step.</param>
    /// <returns>Whether there is anything.</returns>
    bool Load(int trajectory, long step);

    /// <summary>The error of a state at the step that was loaded: a mean of squares.</summary>
    /// <param name="state">The state. [space]</param>
    /// <param name="gradient">Takes the gradient by the state. [space]</param>
    double Error(ReadOnlySpan<double> state, Span<double> gradient);
}
