using Coda.Benchmarks.Cost;

namespace Coda.Benchmarks.Curves;

/// <summary>Takes the processor's time of a case, its sizes in turns, so that what else the machine does meets all of them; the best of several
/// rounds counts.</summary>
/// <param name="rounds">The rounds.</param>
/// <param name="least">The least microseconds of a round at one size: a run is repeated until they are over.</param>
internal sealed class CurveTimer(int rounds, double least)
{
    private const int LeastRounds = 3;
    private const double Enough = 6e6; // microseconds at one size, after which there are no further rounds of it
    private const double WarmUp = 3; // times the least, in which the compiler replaces hot code in stages

    /// <summary>Takes the times.</summary>
    /// <param name="what">The case.</param>
    public CostCurve Time(CurveCase what)
    {
        List<CurveWork> works = [];
        try
        {
            foreach (var size in what.Sizes)
            {
                works.Add(what.Make(size));
            }

            var runs = works.ConvertAll(WarmUpRuns);
            var (best, spent) = (works.ConvertAll(_ => double.PositiveInfinity), new double[works.Count]);
            for (var round = 0; round < rounds; round++)
            {
                for (var i = 0; i < works.Count; i++)
                {
                    if (round < LeastRounds || spent[i] < Enough)
                    {
                        var time = TimeOf(works[i], runs[i]);
                        best[i] = Math.Min(best[i], time);
                        spent[i] += time * runs[i] * works[i].Units;
                    }
                }
            }

            return new(what.Operation, what.Axis, what.Unit, what.Most, what.Why, [.. what.Sizes.Select(size => (double)size)], best);
        }
        finally
        {
            works.ForEach(work => work.Held?.Dispose());
        }
    }

    private static double TimeOf(CurveWork work, int runs) => work.Time is { } time ? time() : ProcessorTime.Of(() =>
    {
        for (var run = 0; run < runs; run++)
        {
            work.Run();
        }
    }) / (runs * work.Units);

    // The runs of a round: as many as take the least time once everything is compiled.
    private int WarmUpRuns(CurveWork work)
    {
        if (work.Time is not null)
        {
            return 1;
        }

        var (total, last) = (0.0, 0.0);
        for (var run = 0; run < 2 || total < WarmUp * least; run++)
        {
            last = ProcessorTime.Of(work.Run);
            total += last;
            if (last > least)
            {
                break;
            }
        }

        return Math.Max(1, (int)Math.Ceiling(least / Math.Max(1, last)));
    }
}
