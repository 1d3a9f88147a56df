using System.Globalization;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;

namespace Coda.Benchmarks.Cost;

/// <summary>
/// What an analysis costs and what it buys: processor time on one core, and the RMSE on one fresh record, of a network through Coda from Parquet to Parquet,
/// bare ONNX Runtime, eager PyTorch, DAPPER's EnKS, and Coda's classical methods.
/// </summary>
/// <remarks>Processor time, the least of several rounds in turns, for a machine that does other things too. DAPPER's checkout is named by <c>CODA_DAPPER</c>,
/// the model by <c>CODA_MODEL</c>.</remarks>
internal static class CostBenchmark
{
    private const int Margin = 50;
    private const int LeastRounds = 3;
    private const double WarmUpMicroseconds = 3e6; // the compiler replaces hot code in stages
    private const int Members = 40;
    private const int Lag = 100;
    private const double Inflation = 1.004;

    private static readonly TwinExperiment Test = new() { TrajectoryCount = 4, StepCount = 600, Seed = 2030 };

    /// <summary>Runs every part and prints a table in Markdown.</summary>
    /// <param name="output">Where the table goes.</param>
    /// <param name="modelFolder">A model's folder or name, with a stretch form.</param>
    public static void Run(TextWriter output, string modelFolder)
    {
        var folder = Directory.CreateTempSubdirectory("coda-cost-").FullName;
        try
        {
            using var model = OnnxModel.Open(modelFolder);
            using var record = CostRecord.Write(Path.Combine(folder, "record"), Test, Members);
            var rows = new List<CostRow>();
            var (network, rates) = ParquetToParquet.Measure(Path.Combine(folder, "archive"), model, record.Archive, NetworkPrecision.Float32);
            rows.Add(new CostRow($"network {model.Card.Name}, Coda, Parquet to Parquet", "±" + model.Card.HalfWidth, rates.Coda, Score(record, network)));
            rows.Add(new CostRow("the same network, bare ONNX Runtime on one buffer", "", rates.Bare, null));
            if (model.Has(ModelRoles.AnalysisStretchInt8))
            {
                var (rounded, faster) = ParquetToParquet.Measure(Path.Combine(folder, "archive-int8"), model, record.Archive, NetworkPrecision.Int8);
                rows.Add(new CostRow("the same network in eight-bit integers, Coda, Parquet to Parquet", "±" + model.Card.HalfWidth, faster.Coda,
                    Score(record, rounded)));
                rows.Add(new CostRow("the same, bare ONNX Runtime on one buffer", "", faster.Bare, null));
            }

            record.WriteAnalyses(network);
            rows.Add(PyTorch(record, model));
            rows.AddRange(Classical(record, model));
            rows.Add(Dapper(record));
            Print(output, rows, rates);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static CostRow PyTorch(CostRecord record, OnnxModel model)
    {
        const string Name = "the same network, eager PyTorch";
        var (text, fault) = PeerScript.Run("analyze.py", model.Folder, record.Folder, Test.TrajectoryCount, Test.StepCount, model.Card.SiteCount, 1);
        if (text is null)
        {
            return CostRow.Skipped(Name, $"no python3-torch and python3-onnx at {PeerScript.Python}: {fault}");
        }

        var parts = text.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        var difference = double.Parse(parts[1], CultureInfo.InvariantCulture);
        return difference <= 1e-4
            ? new CostRow($"{Name} ({parts[2].Trim()}; differs by {parts[1]})", "", double.Parse(parts[0], CultureInfo.InvariantCulture), null)
            : throw new InvalidDataException($"Expected PyTorch's analyses to agree to 1e-4, got a difference of {parts[1]}.");
    }

    private static CostRow Dapper(CostRecord record)
    {
        var name = FormattableString.Invariant($"EnKS, N = {Members}, lag {Lag}, DAPPER");
        if (Environment.GetEnvironmentVariable("CODA_DAPPER") is not { Length: > 0 } checkout)
        {
            return CostRow.Skipped(name, "set CODA_DAPPER to the folder of a checkout of nansencenter/DAPPER");
        }

        var (text, fault) = PeerScript.Run(
            "enks_step.py", checkout, record.Folder, Test.TrajectoryCount, Test.StepCount, record.Archive.Description.SiteCount, Members, Lag, Inflation,
            Test.StepLength);
        if (text is null)
        {
            return CostRow.Skipped(name, fault);
        }

        var numbers = text.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return new CostRow(name, "past, +100", numbers[0], numbers[1]);
    }

    private static IEnumerable<CostRow> Classical(CostRecord record, OnnxModel model)
    {
        foreach (var (name, window, component) in new[]
        {
            ("EnKS, N = 40, lag 100, Coda", "past, +100",
                new Component("enks", new JsonObject { ["members"] = Members, ["lag"] = Lag, ["inflation"] = Inflation })),
            ("ETKF, N = 40, Coda", "past", new Component("etkf", new JsonObject { ["members"] = Members })),
            ("strong 4D-Var ±25, each window from the last, Coda", "±25", new Component("strong-four-dvar", new JsonObject { ["halfWidth"] = 25 })),
            ($"network {model.Card.Name}, polished", "all", new Component("polished")),
        })
        {
            // With a model at hand, 4D-Var would take its hybrid.
            var method = AssimilationMethod.Catalog.Create(component, new AnalysisContext(record.Archive, component.Name == "polished" ? model : null));
            var (best, total, blocks) = (double.PositiveInfinity, 0.0, new List<StateBlock>());
            for (var round = 0; round < LeastRounds || total < WarmUpMicroseconds; round++)
            {
                var time = ProcessorTime.Of(() => blocks = [.. method.Analyze(record.Archive, new AnalysisRequest { Workers = 1 })]);
                (best, total) = (Math.Min(best, time), total + time);
            }

            yield return new CostRow(name, window, best / record.Count, Score(record, blocks));
        }
    }

    private static double Score(CostRecord record, IEnumerable<StateBlock> analyses) => TruthScoring
        .Score(analyses, record.Truth, record.Archive, new ScoreRequest { Margin = Margin })
        .First(s => s is { Score: RootMeanSquareError.Name, Sites: ScoredSites.All }).Value;

    private static void Print(TextWriter output, List<CostRow> rows, ParquetToParquet.Rates rates)
    {
        var ours = rows[0].Microseconds!.Value;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"One core's processor time; RMSE on {Test.TrajectoryCount} fresh records of {Test.StepCount} steps without {Margin} at each end (Lorenz-96, K = "
                + $"40, a quarter observed, σ = 1)"));
        output.WriteLine("\n| method | sees | µs an analysis | times the network | RMSE |\n|---|---|---:|---:|---:|");
        foreach (var row in rows)
        {
            output.WriteLine(row.Microseconds is { } cost
                ? string.Create(
                    CultureInfo.InvariantCulture, $"| {row.Method} | {row.Sees} | {cost:F1} | {cost / ours:F2} | "
                        + $"{(row.RootMeanSquareError is { } error ? error.ToString("F3", CultureInfo.InvariantCulture) : "")} |")
                : $"| {row.Method} | {row.Sees} | | | |");
        }

        output.WriteLine(FormattableString.Invariant($"\nParquet to Parquet on one core: {rates.Bare / rates.Coda:F2} of bare ONNX Runtime."));
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"2 workers by the clock: {rates.OneWorker / rates.TwoWorkers:F2} times 1 worker; bare, 2 callers: "
                + $"{rates.OneCaller / rates.TwoCallers:F2} times 1."));
        foreach (var row in rows.Where(r => r.Microseconds is null))
        {
            output.WriteLine($"Left out: {row.Method}: {row.Reason}.");
        }
    }
}
