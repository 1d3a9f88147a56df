using System.Diagnostics;
using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;

namespace Coda.Benchmarks.Inference;

/// <summary>
/// A model of a ring on one record, repeated round larger and larger rings: the processor time of an analysis and of a step of the forecast at each site, as
/// ratios to the model's own ring, and how far the states are from those of its own ring. The smaller rings have more trajectories of that record, so that all
/// have the same work; they take turns, and the best of several rounds counts.
/// </summary>
public static class RingBenchmark
{
    private const int Rounds = 2;
    private const int Steps = 64;
    private const int StartEvery = 8;
    private const int Lead = 40;

    private static readonly int[] Repeats = [1, 10, 100, 1000];

    /// <summary>Runs the comparison.</summary>
    /// <param name="output">Where the tables go.</param>
    /// <param name="modelFolder">A model of a ring.</param>
    public static void Run(TextWriter output, string modelFolder)
    {
        using var model = OnnxModel.Open(modelFolder);
        var record = Record(model.Card);
        MemoryArchive[] archives = [.. Repeats.Select(repeats => Repeat(model.Card, record, repeats))];
        var analyses = new List<StateBlock>[Repeats.Length];
        var forecasts = new List<StateBlock>[Repeats.Length];
        var (analysisTimes, forecastTimes) = (NoTimes(), NoTimes());
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < Repeats.Length; i++)
            {
                analyses[i] = Timed(() => Analyze(model, archives[i]), Steps, ref analysisTimes[i]);
                forecasts[i] = Timed(() => Forecast(model, archives[i], analyses[i]), Steps / StartEvery * Lead, ref forecastTimes[i]);
            }
        }

        Write(output, $"Analyses by {model.Card.Name}, one worker", model.Card, analysisTimes, analyses);
        Write(output, $"Forecasts by {model.Card.Name}, {Lead} steps from its analyses, one worker", model.Card, forecastTimes, forecasts);
    }

    private static double[] NoTimes() => [.. Repeats.Select(_ => double.PositiveInfinity)];

    // Microseconds for each site, of which there are as many in all archives, and step.
    private static List<StateBlock> Timed(Func<List<StateBlock>> work, int steps, ref double best)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var blocks = work();
        process.Refresh();
        best = Math.Min(best, (process.TotalProcessorTime - before).TotalMicroseconds / ((double)steps * Repeats[^1]));
        return blocks;
    }

    private static List<StateBlock> Analyze(OnnxModel model, MemoryArchive archive) =>
        [.. new NetworkMethod(new AnalysisContext(archive, model), new()).Analyze(archive, new AnalysisRequest { Workers = 1 })];

    private static List<StateBlock> Forecast(OnnxModel model, MemoryArchive archive, List<StateBlock> analyses)
    {
        using var forecast = new HybridModel(model, archive.Description);
        return [.. Forecasts.Run(forecast, analyses, new ForecastRequest { Leads = [Lead], StartEvery = StartEvery, Workers = 1 })];
    }

    private static void Write(TextWriter output, string title, ModelCard card, double[] times, List<StateBlock>[] blocks)
    {
        output.WriteLine(title);
        output.WriteLine("     sites   ns a site and step   ratio   greatest difference from the ring of the card");
        for (var i = 0; i < Repeats.Length; i++)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Repeats[i] * card.SiteCount,10} {1000 * times[i] / card.SiteCount,20:f1} {times[i] / times[0],7:f2}   "
                    + $"{Greatest(card.SiteCount, blocks[0], blocks[i]):e1}"));
        }
    }

    private static double Greatest(int sites, List<StateBlock> own, List<StateBlock> others)
    {
        // By step (and lead), of the first trajectory; a ring's state is the own one, repeated.
        var rows = own.Where(b => b.Trajectory == 0).SelectMany(Rows).ToDictionary(r => r.Step, r => r.State);
        var greatest = 0.0;
        foreach (var (step, state) in others.SelectMany(Rows))
        {
            var expected = rows[step].Span;
            for (var i = 0; i < state.Length; i++)
            {
                greatest = Math.Max(greatest, Math.Abs((double)state.Span[i] - expected[i % sites]));
            }
        }

        return greatest;
    }

    private static IEnumerable<(long Step, ReadOnlyMemory<float> State)> Rows(StateBlock block) =>
        Enumerable.Range(0, block.Count).Select(i => (block.FirstStep + i, block.States.Slice(i * block.StateSize, block.StateSize)));

    // A quarter of the entries observed.
    private static ObservationStretch Record(ModelCard card)
    {
        var stretch = new ObservationStretch(0, new StepRange(0, Steps), card.SiteCount);
        var random = new CounterRandom(1);
        for (var i = 0; i < stretch.Values.Length; i++)
        {
            var isObserved = random.NextUniform() < 0.25;
            (stretch.Mask[i], stretch.Values[i]) = isObserved
                ? (1, (float)(card.ClimatologyMean[0] + (card.ClimatologyDeviation[0] * random.NextGaussian()))) : (0, 0);
        }

        return stretch;
    }

    private static MemoryArchive Repeat(ModelCard card, ObservationStretch record, int repeats)
    {
        var (sites, trajectories) = (repeats * card.SiteCount, Repeats[^1] / repeats);
        var description = new ArchiveDescription
        {
            Layout = StateLayout.On(new Ring(sites)), Operator = card.Operator, SiteCount = sites, Sigma = card.Sigma, StepLength = card.StepLength,
            TimeUnit = card.TimeUnit, ValueUnit = card.ValueUnit, Steps = record.Steps, TrajectoryCount = trajectories,
        };
        return new MemoryArchive(description, Enumerable.Range(0, trajectories).Select(trajectory =>
        {
            var stretch = new ObservationStretch(trajectory, record.Steps, sites);
            for (var i = 0; i < stretch.Values.Length; i++)
            {
                var from = (i / sites * card.SiteCount) + (i % card.SiteCount);
                (stretch.Values[i], stretch.Mask[i]) = (record.Values[from], record.Mask[from]);
            }

            return stretch;
        }));
    }
}
