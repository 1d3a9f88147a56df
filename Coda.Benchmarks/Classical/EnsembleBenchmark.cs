using System.Diagnostics;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;

namespace Coda.Benchmarks.Classical;

/// <summary>Milliseconds per step of the ensemble methods on one core: Lorenz-96, a quarter of the sites seen at every step of .01.</summary>
internal static class EnsembleBenchmark
{
    private const int Steps = 4000;
    private const int Repetitions = 5;
    private const double WarmUpSeconds = 2;

    public static void Run(TextWriter output)
    {
        output.WriteLine($"ms per step, K = 40, one worker, {Steps} steps, the fastest and the median of {Repetitions} runs");
        var archive = Archive(40, Steps);
        Time(output, archive, "etkf", new JsonObject { ["members"] = 40 }, "at most .05");
        Time(output, archive, "enks", new JsonObject { ["members"] = 40, ["lag"] = 100 }, "at most .12");
        Time(output, archive, "letkf", new JsonObject { ["members"] = 20, ["radius"] = 8 }, "at most .3");
        foreach (var name in new[] { "enkf", "denkf", "enkf-n" })
        {
            Time(output, archive, name, new JsonObject { ["members"] = 40 });
        }

        Time(output, archive, "etkf", new JsonObject { ["members"] = 40, ["rotation"] = true });
        Time(output, Archive(40, 400), "ienks", new JsonObject { ["members"] = 40, ["lag"] = 25 });

        output.WriteLine("sweep over N, K = 40");
        foreach (var members in new[] { 40, 80, 160 })
        {
            Time(output, archive, "etkf", new JsonObject { ["members"] = members });
            Time(output, archive, "enks", new JsonObject { ["members"] = members, ["lag"] = 100 });
        }

        foreach (var members in new[] { 10, 20, 40 })
        {
            Time(output, archive, "letkf", new JsonObject { ["members"] = members, ["radius"] = 4, ["inflation"] = 1.01 });
        }

        output.WriteLine("sweep over the lag, N = 40, K = 40");
        foreach (var lag in new[] { 10, 25, 50, 100, 200, 400 })
        {
            Time(output, archive, "enks", new JsonObject { ["lag"] = lag });
        }

        output.WriteLine("sweep over K");
        foreach (var size in new[] { 40, 160, 640 })
        {
            var wide = Archive(size, 40 * Steps / size / 2);
            Time(output, wide, "letkf", new JsonObject { ["members"] = 20 }, $"K = {size}");
            if (size <= 160)
            {
                Time(output, wide, "etkf", new JsonObject { ["members"] = 4 * size, ["spinUpSteps"] = 500 }, $"K = {size}");
            }
        }
    }

    private static MemoryArchive Archive(int size, int steps)
    {
        var twin = new TwinExperiment { System = new Component("lorenz96", new JsonObject { ["size"] = size }), StepCount = steps };
        return new MemoryArchive(twin.Describe(), twin.Observations());
    }

    private static void Time(TextWriter output, MemoryArchive archive, string name, JsonObject options, string note = "")
    {
        var method = AssimilationMethod.Catalog.Create(new Component(name, options), new AnalysisContext(archive));
        var request = new AnalysisRequest { Workers = 1 };
        try
        {
            // Makes the first ensemble, and lets the compiler finish: it replaces hot code in stages.
            for (var clock = Stopwatch.StartNew(); clock.Elapsed.TotalSeconds < WarmUpSeconds;)
            {
                method.Analyze(archive, request).Count();
            }

            var times = Enumerable.Range(0, Repetitions).Select(_ =>
            {
                var clock = Stopwatch.StartNew();
                method.Analyze(archive, request).Count();
                return clock.Elapsed.TotalMilliseconds / archive.Description.Steps.Count;
            }).Order().ToList();
            output.WriteLine(FormattableString.Invariant($"  {name} {options.ToJsonString()}: {times[0]:F4}, {times[Repetitions / 2]:F4}  {note}"));
        }
        catch (Coda.Data.Dynamics.DivergenceException fault)
        {
            output.WriteLine($"  {name} {options.ToJsonString()}: {fault.Message}");
        }
    }
}
