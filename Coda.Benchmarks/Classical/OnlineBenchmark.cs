using System.Text.Json.Nodes;
using Coda.Classical.Ensemble;
using Coda.Classical.Variational;
using Coda.Classical.Variational.Cycles;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Benchmarks.Classical;

/// <summary>
/// The cubic closure of a one-level Lorenz-96, learned from nothing while it assimilates a two-level truth whose coupling jumps: what it leaves of the true
/// coupling beside the best cubic, and what an ensemble filter reaches with it.
/// </summary>
public static class OnlineBenchmark
{
    private const int Before = 3000;
    private const int After = 4000;
    private const int Block = 500;   // steps that a residual is over
    private const int Scored = 2000; // last steps of a regime, that filters are scored on
    private const int Records = 4;
    private static readonly int[] Lags = [3, 5, 10, 15, 20, 30, 50];
    private const double Inflation = 1.01;
    private const double TruncatedInflation = 1.06;

    private static readonly (double Coupling, StepRange Steps)[] Regimes = [(1, new(0, Before)), (0.7, new(Before, Before + After))];

    /// <summary>Runs the measurements.</summary>
    /// <param name="output">Where the tables go.</param>
    public static void Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var rows = new SortedDictionary<int, List<double[]>>(); // of the ends of blocks
        var (filters, pasts) = (Regimes.Select(_ => new List<double[]>()).ToArray(), Regimes.Select(_ => new List<double[]>()).ToArray());
        foreach (var seed in Enumerable.Range(1, Records))
        {
            var record = new RegimeRecord((ulong)seed, (Regimes[0].Coupling, Before), (Regimes[1].Coupling, After));
            var (windows, blocks) = Track(record);
            for (var end = Block; end <= Before + After; end += Block)
            {
                rows.TryAdd(end, []);
                rows[end].Add(Row(record, end, windows.Last(w => w.Steps.End <= end).Values, blocks));
            }

            foreach (var (i, regime) in Regimes.Index())
            {
                filters[i].Add(Filters(record, regime.Steps, windows));
                pasts[i].Add(Pasts(record, new StepRange(regime.Steps.End - Scored, regime.Steps.End)));
            }
        }

        output.WriteLine("| step | since the jump | F | a1 | a2 | a3 | residual | best cubic | ratio | analyses' RMSE |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var (end, of) in rows)
        {
            output.WriteLine($"| {end} | {(end > Before ? $"{end - Before}" : "")} | {Means(of)} |");
        }

        output.WriteLine("\n| h | best cubic of the true x | with x of both neighbours | with x and x² at seven lags up to .5, and the neighbours' |");
        output.WriteLine("|---|---|---|---|");
        foreach (var (i, regime) in Regimes.Index())
        {
            output.WriteLine(FormattableString.Invariant($"| {regime.Coupling} | {Means(pasts[i])} |"));
        }

        output.WriteLine("\n| h | ETKF N = 40, truncated | learned online | best cubic |");
        output.WriteLine("|---|---|---|---|");
        foreach (var (i, regime) in Regimes.Index())
        {
            output.WriteLine(FormattableString.Invariant($"| {regime.Coupling} | {Means(filters[i])} |"));
        }
    }

    // The mean over records ± their standard deviation, column by column.
    private static string Means(List<double[]> rows) => string.Join(" | ", Enumerable.Range(0, rows[0].Length).Select(column =>
    {
        var mean = rows.Average(r => r[column]);
        var deviation = Math.Sqrt(rows.Sum(r => Math.Pow(r[column] - mean, 2)) / (rows.Count - 1));
        return FormattableString.Invariant($"{mean:F4} ± {deviation:F4}");
    }));

    private static (List<ParameterWindowReport> Windows, List<StateBlock> Blocks) Track(RegimeRecord record)
    {
        var archive = record.Archive(new StepRange(0, Before + After));
        var windows = new List<ParameterWindowReport>();
        var method = new CycledSmoother(new AnalysisContext(archive), new()
        {
            System = Closure([10, 0, 0, 0]), Parameters = ["F", "a1", "a2", "a3"], Deviations = [1, 0.3, 0.03, 0.003], Memory = 50_000,
            ModelErrorVariance = 3e-4,
        });
        var blocks = method.Compute(archive, new AnalysisRequest { Workers = 1 }, windows.Add).ToList();
        return (windows, blocks);
    }

    private static double[] Row(RegimeRecord record, int end, IReadOnlyList<double> closure, List<StateBlock> blocks)
    {
        var steps = new StepRange(end - Block, end);
        var (squares, regression) = (0.0, new PolynomialRegression(3));
        foreach (var (x, coupling) in record.Pairs(steps))
        {
            regression.Add(x, coupling);
            squares += Math.Pow(Value([closure[0] - 10, .. closure.Skip(1)], x) - coupling, 2);
        }

        var (residual, best) = (Math.Sqrt(squares / regression.Count), regression.Fit(3).Residual);
        return [.. closure, residual, best, residual / best, Rmse(record, 0, steps, blocks)];
    }

    // What no closure can know, whatever its memory: the bound that functions of the past of the true x come to.
    private static double[] Pasts(RegimeRecord record, StepRange steps)
    {
        return
        [
            record.Residual(steps, x => Cubic(x)), record.Residual(steps, x => [.. Cubic(x), x(0, -1), x(0, 1)]),
            record.Residual(steps, x =>
            [
                .. Cubic(x), x(0, -1), x(0, 1), .. Lags.SelectMany(lag => new[] { x(lag, 0), x(lag, 0) * x(lag, 0), x(lag, -1), x(lag, 1) }),
            ]),
        ];

        static double[] Cubic(Func<int, int, double> x)
        {
            var value = x(0, 0);
            return [1, value, value * value, value * value * value];
        }
    }

    private static double[] Filters(RegimeRecord record, StepRange steps, List<ParameterWindowReport> windows)
    {
        var regression = new PolynomialRegression(3);
        foreach (var (x, c) in record.Pairs(steps))
        {
            regression.Add(x, c);
        }

        // What was known before the steps that are scored; of the jump's regime, after half of it.
        var scored = new StepRange(steps.End - Scored, steps.End);
        var learned = windows.Last(w => w.Steps.End <= scored.Start).Values;
        var best = regression.Fit(3).Coefficients;
        var archive = record.Archive(steps);
        return [Filter([10, 0, 0, 0], TruncatedInflation), Filter(learned, Inflation), Filter([10 + best[0], .. best.Skip(1)], Inflation)];

        double Filter(IReadOnlyList<double> closure, double inflation) => Rmse(record, steps.Start, scored,
            [.. new Etkf(new AnalysisContext(archive), new() { Members = 40, Inflation = inflation, System = Closure(closure) }).Analyze(archive)]);
    }

    private static double Rmse(RegimeRecord record, long first, StepRange steps, List<StateBlock> blocks)
    {
        var (sum, count) = (0.0, 0);
        foreach (var (block, row) in blocks.SelectMany(b => Enumerable.Range(0, b.Count).Select(row => (b, row))))
        {
            var step = first + block.FirstStep + row;
            if (steps.Contains(step))
            {
                var distance = System.Numerics.Tensors.TensorPrimitives.Distance(block.Row(row).States.Span, record.Truth(step));
                (sum, count) = (sum + (distance / Math.Sqrt(RegimeRecord.Size)), count + 1);
            }
        }

        return sum / count;
    }

    private static double Value(IReadOnlyList<double> coefficients, double x) => coefficients.Reverse().Aggregate(0.0, (sum, c) => (sum * x) + c);

    private static Component Closure(IReadOnlyList<double> values) => new("lorenz96-polynomial", new JsonObject
    {
        ["forcing"] = values[0], ["linear"] = values[1], ["quadratic"] = values[2], ["cubic"] = values[3],
    });
}
