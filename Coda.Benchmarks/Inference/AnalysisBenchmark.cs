using System.Diagnostics;
using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;

namespace Coda.Benchmarks.Inference;

/// <summary>
/// Analyses of an archive in memory against bare ONNX Runtime on the same file and shapes, which runs one buffer again and again, and one worker against two.
/// The ways take turns, so that what else the machine does falls on all of them; the best of several rounds counts.
/// </summary>
public static class AnalysisBenchmark
{
    private const int Rounds = 7;
    private const int RunsPerRound = 24;

    /// <summary>Runs the comparison.</summary>
    /// <param name="output">Where the table goes.</param>
    /// <param name="modelFolder">A model with an analysis network.</param>
    public static void Run(TextWriter output, string modelFolder)
    {
        using var model = OnnxModel.Open(modelFolder);
        foreach (var form in model.Has(ModelRoles.AnalysisStretch) ? new[] { NetworkForm.Stretch, NetworkForm.Window } : [NetworkForm.Window])
        {
            Run(output, model, modelFolder, form);
        }
    }

    private static void Run(TextWriter output, OnnxModel model, string folder, NetworkForm form)
    {
        var card = model.Card;
        var options = new NetworkMethod.Options { Form = form };
        var (isStretch, window) = (form == NetworkForm.Stretch, (2 * card.HalfWidth) + 1);
        var (piece, role) = isStretch ? (options.StretchLength, ModelRoles.AnalysisStretch) : (options.BatchSize, ModelRoles.Analysis);
        var file = card.FileOf(role)!;
        long[] shape = isStretch ? [2, piece + window - 1, card.SiteCount] : [piece, 2, window, card.SiteCount];
        var archive = Record(card, piece * RunsPerRound);
        var method = new NetworkMethod(new AnalysisContext(archive, model), options);
        Analyze(method, archive, 2);
        using var one = new BareRuntime(Path.Combine(folder, file), shape, [piece, card.Layout.Size], threads: 1);
        using var two = new BareRuntime(Path.Combine(folder, file), shape, [piece, card.Layout.Size], threads: 2);

        Action[] ways =
            [() => Analyze(method, archive, 1), () => Analyze(method, archive, 2), () => one.RunMany(1, RunsPerRound), () => one.RunMany(2, RunsPerRound),
                () => two.RunMany(1, RunsPerRound)];
        var rates = Rates(ways, piece * RunsPerRound);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            Analyses of {card.Name} ({file}, {piece} steps a run), thousand analyses a second
              1 worker                              {rates[0],8:f2}    {rates[0] / rates[2]:f2} of bare ONNX Runtime
              2 workers                             {rates[1],8:f2}    {rates[1] / rates[3]:f2} of bare ONNX Runtime, {rates[1] / rates[0]:f2} times one worker
              bare ONNX Runtime, 1 thread           {rates[2],8:f2}
              bare, 2 callers of 1 thread           {rates[3],8:f2}
              bare, 1 caller of 2 threads           {rates[4],8:f2}
            """));
    }

    private static double[] Rates(Action[] ways, int analyses)
    {
        var best = new double[ways.Length];
        for (var round = 0; round < Rounds; round++)
        {
            for (var way = 0; way < ways.Length; way++)
            {
                var watch = Stopwatch.StartNew();
                ways[way]();
                best[way] = Math.Max(best[way], analyses / watch.Elapsed.TotalMilliseconds);
            }
        }

        return best;
    }

    private static void Analyze(NetworkMethod method, MemoryArchive archive, int workers)
    {
        foreach (var block in method.Analyze(archive, new AnalysisRequest { Workers = workers }))
        {
            _ = block.Count;
        }
    }

    /// <summary>A record of noise, a quarter of the entries observed.</summary>
    internal static MemoryArchive Record(ModelCard card, int steps)
    {
        var range = new StepRange(0, steps);
        var stretch = new ObservationStretch(0, range, card.SiteCount);
        var random = new CounterRandom(1);
        for (var i = 0; i < stretch.Values.Length; i++)
        {
            var isObserved = random.NextUniform() < 0.25;
            (stretch.Mask[i], stretch.Values[i]) = isObserved
                ? (1, (float)(card.ClimatologyMean[0] + (card.ClimatologyDeviation[0] * random.NextGaussian()))) : (0, 0);
        }

        var description = new ArchiveDescription
        {
            Layout = card.Layout, Operator = card.Operator, SiteCount = card.SiteCount, Sigma = card.Sigma, StepLength = card.StepLength,
            TimeUnit = card.TimeUnit, ValueUnit = card.ValueUnit, Steps = range,
        };
        return new MemoryArchive(description, [stretch]);
    }
}
