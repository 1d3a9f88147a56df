using System.Diagnostics;
using Coda.Benchmarks.Inference;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;

namespace Coda.Benchmarks.Cost;

/// <summary>An archive's observations to analyses in the archive, by a network: reading, computing, writing, flushing, checksums; and ONNX Runtime by itself on
/// the same file and shapes.</summary>
internal static class ParquetToParquet
{
    private const int Rounds = 3;
    private const double LeastSeconds = 10; // that an archive's analyses take: a small network's first moments are no measure of it
    private const int MostTimes = 8;
    private static readonly TwinExperiment Long = new() { TrajectoryCount = 16, StepCount = 2400, Seed = 2031 };

    /// <summary>Measures, the ways in turns.</summary>
    /// <param name="folder">A new folder for the archive.</param>
    /// <param name="model">The model, with a stretch form.</param>
    /// <param name="record">Another record, analyzed with it.</param>
    /// <param name="precision">Of the network's convolutions.</param>
    /// <returns>The other record's analyses, and the least time an analysis of each way.</returns>
    public static (IReadOnlyList<StateBlock> Analyses, Rates Rates) Measure(
        string folder, OnnxModel model, IObservationArchive record, NetworkPrecision precision)
    {
        var options = new NetworkMethod.Options { Precision = precision };
        var (card, piece) = (model.Card, options.StretchLength);
        using var bare = new BareRuntime(
            Path.Combine(model.Folder, card.FileOf(precision == NetworkPrecision.Int8 ? ModelRoles.AnalysisStretchInt8 : ModelRoles.AnalysisStretch)!),
            [2, piece + (2 * card.HalfWidth), card.SiteCount], [piece, card.Layout.Size], threads: 1);
        var twin = Long with { StepCount = Long.StepCount * Times(bare, piece) };
        using (var made = ParquetArchive.Create(folder, twin.Describe()))
        {
            made.WriteObservations(twin.Observations());
        }

        var count = (int)(twin.TrajectoryCount * twin.StepCount);
        var runs = count / piece; // whole ones: what Coda pads the last piece of a trajectory with counts against it
        var rates = new Rates();
        for (var round = 0; round < Rounds; round++)
        {
            rates.Coda = Math.Min(rates.Coda, ProcessorTime.Of(() => Analyze(1)) / count);
            rates.Bare = Math.Min(rates.Bare, ProcessorTime.Of(() => bare.RunMany(1, runs)) / count);
            rates.OneWorker = Math.Min(rates.OneWorker, Clock(() => Analyze(1)) / count);
            rates.TwoWorkers = Math.Min(rates.TwoWorkers, Clock(() => Analyze(2)) / count);
            rates.OneCaller = Math.Min(rates.OneCaller, Clock(() => bare.RunMany(1, runs)) / count);
            rates.TwoCallers = Math.Min(rates.TwoCallers, Clock(() => bare.RunMany(2, runs)) / count);
        }

        return ([.. new NetworkMethod(new AnalysisContext(record, model), options).Analyze(record)], rates);

        void Analyze(int workers)
        {
            using var archive = ParquetArchive.Open(folder);
            var method = new NetworkMethod(new AnalysisContext(archive, model), options);
            archive.WriteStates(ArchiveTable.Analyses, method.Analyze(archive, new AnalysisRequest { Workers = workers }));
        }
    }

    // How often the record fits into the least time.
    private static int Times(BareRuntime bare, int piece)
    {
        const int Runs = 20;
        bare.RunMany(1, Runs);
        var seconds = Clock(() => bare.RunMany(1, Runs)) / 1e6 / (Runs * piece) * Long.TrajectoryCount * Long.StepCount;
        return (int)Math.Clamp(Math.Ceiling(LeastSeconds / seconds), 1, MostTimes);
    }

    private static double Clock(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalMicroseconds;
    }

    /// <summary>Microseconds an analysis: of the processor for the first two, by the clock for the others.</summary>
    internal sealed class Rates
    {
        /// <summary>Parquet to Parquet with one worker.</summary>
        public double Coda { get; set; } = double.PositiveInfinity;

        /// <summary>ONNX Runtime by itself.</summary>
        public double Bare { get; set; } = double.PositiveInfinity;

        /// <summary>Parquet to Parquet with one worker.</summary>
        public double OneWorker { get; set; } = double.PositiveInfinity;

        /// <summary>Parquet to Parquet with two.</summary>
        public double TwoWorkers { get; set; } = double.PositiveInfinity;

        /// <summary>ONNX Runtime by itself, one caller.</summary>
        public double OneCaller { get; set; } = double.PositiveInfinity;

        /// <summary>Two callers.</summary>
        public double TwoCallers { get; set; } = double.PositiveInfinity;
    }
}
