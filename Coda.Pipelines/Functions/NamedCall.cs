namespace Coda.Pipelines.Functions;

/// <summary>Runs a function for a column, which the fault of a model that cannot run names.</summary>
internal static class NamedCall
{
    /// <summary>Computes rows.</summary>
    /// <param name="function">The function.</param>
    /// <param name="column">The name of the column that it makes.</param>
    /// <param name="inputs">The vectors read. [row, entry]</param>
    /// <param name="outputs">Takes those made. [row, entry]</param>
    /// <param name="batch">The rows that one run takes.</param>
    /// <exception cref="InvalidOperationException">The device cannot be used; the message names column, expected and got.</exception>
    public static void RunFor(this IRowFunction function, string column, ReadOnlySpan<float> inputs, Span<float> outputs, int batch)
    {
        try
        {
            function.Run(inputs, outputs, batch);
        }
        catch (InvalidOperationException fault) when (fault is not ObjectDisposedException)
        {
            throw new InvalidOperationException($"Column '{column}': {fault.Message}", fault);
        }
    }
}
