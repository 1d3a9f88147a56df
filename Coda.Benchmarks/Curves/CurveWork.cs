namespace Coda.Benchmarks.Curves;

/// <summary>What is timed at one size.</summary>
/// <param name="Run">Does it once.</param>
/// <param name="Units">What one run makes: analyses, steps, windows.</param>
internal sealed record CurveWork(Action Run, double Units)
{
    /// <summary>Takes the time by itself, in microseconds a unit, where it is not this process that works; <see cref="Run"/> is not called then.</summary>
    public Func<double>? Time { get; init; }

    /// <summary>What is released when all sizes have been timed.</summary>
    public IDisposable? Held { get; init; }

    /// <summary>Of what takes its time by itself.</summary>
    /// <param name="time">Microseconds a unit.</param>
    public static CurveWork Timed(Func<double> time) => new(() => { }, 1) { Time = time };
}
