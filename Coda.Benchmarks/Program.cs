using Coda.Benchmarks.Archives;
using Coda.Benchmarks.Training;

// dotnet run -c Release --project Coda.Benchmarks -- [training|archive|analysis MODEL]...; all of them without a name.
var benchmarks = new SortedDictionary<string, Action>(StringComparer.Ordinal)
{
    ["archive"] = () => ArchiveBenchmark.Run(Console.Out),
    ["training"] = () => TrainingBenchmark.Run(Console.Out),
};

foreach (var name in args.Length > 0 ? args : [.. benchmarks.Keys])
{
    if (!benchmarks.TryGetValue(name, out var run))
    {
        Console.Error.WriteLine($"Expected one of {string.Join(", ", benchmarks.Keys)}, got '{name}'.");
        return 2;
    }

    Console.WriteLine($"== {name}");
    run();
}

return 0;
