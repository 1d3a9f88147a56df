namespace Coda.Data.Dynamics;

/// <summary>A state, a loss or a gradient is no longer finite; the message names step and norm.</summary>
/// <param name="message">What diverged, where, and what may help.</param>
public sealed class DivergenceException(string message) : ArithmeticException(message);
