namespace Coda.Data.Coverage;

/// <summary>What <see cref="AdaptiveCoverage"/> knows after a time. Immutable.</summary>
public sealed record AdaptiveState
{
    private const int Head = 5;
    private const int OfTime = 5;

    /// <summary>α_t, the share that the next time's band is made to miss by what is remembered; below 0 it misses nothing, above 1 everything.</summary>
    public required double Alpha { get; init; }

    /// <summary>What the calibrated half-widths are multiplied by at the next time; infinite where nothing that is remembered is wide enough.</summary>
    public required double Factor { get; init; }

    /// <summary>The times with observations that were compared so far.</summary>
    public required long Times { get; init; }

    /// <summary>The newest of them, by step.</summary>
    public required IReadOnlyList<ComparedTime> Newest { get; init; }

    /// <summary>The step since which coverage is not what it should be; <see langword="null"/> while it is.</summary>
    public long? AlarmSince { get; init; }

    /// <summary>Reads what <see cref="ToNumbers"/> gave, to the bit.</summary>
    /// <param name="numbers">The numbers.</param>
    /// <exception cref="InvalidDataException">They are none of a state.</exception>
    public static AdaptiveState Of(ReadOnlySpan<double> numbers)
    {
        var (newest, at) = (new List<ComparedTime>(), Head);
        while (at + OfTime <= numbers.Length && numbers[at + 4] is var scores && scores >= 0 && scores <= numbers.Length - at - OfTime)
        {
            newest.Add(new(
                (long)numbers[at], (int)numbers[at + 1], (int)numbers[at + 2], (int)numbers[at + 3], numbers.Slice(at + OfTime, (int)scores).ToArray()));
            at += OfTime + (int)scores;
        }

        return at == numbers.Length && numbers[4] == newest.Count ? new()
        {
            Alpha = numbers[0], Factor = numbers[1], Times = (long)numbers[2], AlarmSince = double.IsNaN(numbers[3]) ? null : (long)numbers[3],
            Newest = newest,
        }
        : throw new InvalidDataException($"Adaptive coverage: expected {Head} numbers and some for each time, got {numbers.Length} that are none of these.");
    }

    /// <summary>All of it as numbers, to be kept in a file to the bit.</summary>
    public double[] ToNumbers() =>
    [
        Alpha, Factor, Times, AlarmSince ?? double.NaN, Newest.Count,
        .. Newest.SelectMany(time => (double[])[time.Step, time.Count, time.Hits, time.CalibratedHits, time.Scores.Count, .. time.Scores]),
    ];
}
