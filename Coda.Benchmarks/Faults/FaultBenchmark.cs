using System.Diagnostics;
using System.Globalization;

namespace Coda.Benchmarks.Faults;

/// <summary>Damages every kind of file that Coda reads and compares what comes of it with what the intact file gives.</summary>
internal static class FaultBenchmark
{
    private const int DefaultSeeds = 10;
    private const string Options = "--seeds N, --first SEED, --workers N, --kinds NAME,NAME or --replay KIND MUTATION SEED";

    /// <summary>Runs all mutations, or one again.</summary>
    /// <param name="output">Where the table and the list go.</param>
    /// <param name="arguments"><c>--seeds N</c>, <c>--first SEED</c>, <c>--kinds NAME,NAME</c>, <c>--workers N</c>; or <c>--replay</c> with a case.</param>
    /// <returns>The number of outcomes that must not be.</returns>
    /// <exception cref="ArgumentException">An argument is unknown.</exception>
    public static int Run(TextWriter output, string[] arguments)
    {
        var folder = Path.GetFullPath(Path.Combine("out", "faults"));
        using var bed = FaultBed.Make(Path.Combine(folder, "bed"));
        if (arguments is ["--replay", var kind, var mutation, var seed])
        {
            return Replay(output, folder, FaultCase.Parse($"{kind} {mutation} {seed}"));
        }

        var (seeds, first, workers, kinds) = (DefaultSeeds, 1UL, 2, FaultKinds.All);
        foreach (var pair in arguments.Chunk(2))
        {
            switch (pair)
            {
                case ["--seeds", var number]:
                    seeds = int.Parse(number, CultureInfo.InvariantCulture);
                    break;
                case ["--first", var number]:
                    first = ulong.Parse(number, CultureInfo.InvariantCulture);
                    break;
                case ["--workers", var number]:
                    workers = int.Parse(number, CultureInfo.InvariantCulture);
                    break;
                case ["--kinds", var names]:
                    kinds = [.. names.Split(',').Select(FaultBed.Kind)];
                    break;
                default:
                    throw new ArgumentException($"Expected {Options}, got '{string.Join(' ', pair)}'.");
            }
        }

        var watch = Stopwatch.StartNew();
        var results = All([.. FaultPlan.Of(kinds, seeds, first)], folder, workers);
        FaultReport.Table(output, results);
        var bad = results.Count(r => r.IsBad);
        output.WriteLine(
            FormattableString.Invariant($"{bad} of them must not be; {watch.Elapsed.TotalMinutes:F1} minutes. One again: --replay KIND MUTATION SEED"));
        FaultReport.List(output, results);
        return bad;
    }

    private static List<FaultResult> All(IReadOnlyList<FaultCase> cases, string folder, int workers)
    {
        var results = new IReadOnlyList<FaultResult>[cases.Count];
        var next = -1;
        var threads = Enumerable.Range(0, workers).Select(_ => new Thread(() =>
        {
            using var process = new FaultProcess(folder);
            while (Interlocked.Increment(ref next) is var i && i < cases.Count)
            {
                results[i] = process.Run(cases[i]);
                foreach (var bad in results[i].Where(r => r.IsBad))
                {
                    Console.Error.WriteLine($"{i} of {cases.Count}: {bad}");
                }
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        return [.. results.SelectMany(r => r)];
    }

    private static int Replay(TextWriter output, string folder, FaultCase fault)
    {
        var kind = FaultBed.Kind(fault.Kind);
        if (FaultMutations.Apply(kind, File.ReadAllBytes(Path.Combine(folder, "bed", kind.Path)), fault) is { } damaged)
        {
            var file = Path.Combine(folder, $"damaged{Path.GetExtension(kind.Path)}");
            File.WriteAllBytes(file, damaged);
            output.WriteLine($"{kind.Path} became {file}");
        }

        using var process = new FaultProcess(folder);
        var results = process.Run(fault);
        foreach (var result in results)
        {
            output.WriteLine(result);
        }

        return results.Count(r => r.IsBad);
    }
}
