namespace Coda.Benchmarks.Cost;

/// <summary>The time that all of this process's threads spend, which another process's work does not lengthen.</summary>
internal static class ProcessorTime
{
    /// <summary>The microseconds that an action takes.</summary>
    /// <param name="action">The action.</param>
    public static double Of(Action action)
    {
        var before = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds;
    }
}
