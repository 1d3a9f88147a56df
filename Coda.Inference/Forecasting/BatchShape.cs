namespace Coda.Inference.Forecasting;

/// <summary>Checks the batches that forecast models are given.</summary>
internal static class BatchShape
{
    /// <summary>Refuses spans whose length is not that of the batch.</summary>
    public static void Require(ForecastModel model, ReadOnlySpan<float> states, ReadOnlySpan<float> next, int batch)
    {
        if (batch < 1 || states.Length != batch * model.StateSize || next.Length != states.Length)
        {
            throw new ArgumentException(
                $"Forecast '{model.Name}': expected {batch} states of {model.StateSize} entries in and out, got {states.Length} and {next.Length} entries.");
        }
    }
}
