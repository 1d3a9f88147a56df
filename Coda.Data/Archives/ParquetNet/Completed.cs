namespace Coda.Data.Archives.ParquetNet;

/// <summary>Takes the results of Parquet.Net's methods, which are asynchronous in form only: over a <see cref="BlockingStream"/> they have ended when they
/// return.</summary>
internal static class Completed
{
    /// <summary>The result, or the fault.</summary>
    /// <param name="task">What was called.</param>
    public static T Result<T>(Task<T> task) => task.GetAwaiter().GetResult();

    /// <summary>Throws the fault if there is one.</summary>
    /// <param name="task">What was called.</param>
    public static void Wait(Task task) => task.GetAwaiter().GetResult();

    /// <inheritdoc cref="Wait(Task)"/>
    public static void Wait(ValueTask task) => Wait(task.AsTask());
}
