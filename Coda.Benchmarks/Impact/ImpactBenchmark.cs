using System.Globalization;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Inference.Impact;
using Coda.Inference.Sessions;
using Coda.Training.Export;

namespace Coda.Benchmarks.Impact;

/// <summary>
/// Impacts of the sensors of Lorenz-96, of which some are poor and some biased, against data denial: the sum of a step's impacts against the analysis without
/// that step's observations; and tenths of sensors, in the order of their impacts on one record, against the forecast error of another record from which they
/// are taken away.
/// </summary>
public static class ImpactBenchmark
{
    private const int Trajectories = 4;
    private const int Steps = 4000;
    private const int First = 300;
    private const int Every = 10;
    private const int EveryOfSmoother = 5; // whose analyses leave each observation less to change
    private const int Lead = 20;
    private const int Group = SensorTwin.Sensors / 10;

    /// <summary>Runs the measurements.</summary>
    /// <param name="output">Where the tables go.</param>
    /// <param name="nowcasting">A network that knows windows without a second half, for analyses that look back: a folder or a name.</param>
    /// <param name="smoothing">One that knows sites without observations, for analyses that look ahead too.</param>
    /// <param name="names">The methods to measure; all by default.</param>
    public static void Run(TextWriter output, string nowcasting, string smoothing, IReadOnlyCollection<string>? names = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        var (weighed, denied) = (new SensorTwin(11, Trajectories, Steps), new SensorTwin(12, Trajectories, Steps));
        using var bareNowcasting = OnnxModel.Open(nowcasting);
        using var nowcastingNetwork = WithImpact(bareNowcasting);
        using var bareSmoothing = OnnxModel.Open(smoothing);
        using var smoothingNetwork = WithImpact(bareSmoothing);
        (string Name, Component Method, OnnxModel? Model, int Every)[] methods =
        [
            ("etkf", new("etkf"), null, Every),
            ("strong-four-dvar", new("strong-four-dvar", new JsonObject { ["nowcast"] = true, ["stride"] = Every }), null, Every),
            ("network, nowcasts", new("network", new JsonObject { ["nowcast"] = true }), nowcastingNetwork, Every),
            ("network, smoothed", new("network"), smoothingNetwork, EveryOfSmoother),
        ];
        methods = [.. methods.Where(m => names is null || names.Contains(m.Name))];
        var tables = new List<(string Name, string Verified, double[] Impacts)>();
        output.WriteLine("| method | verified against | steps | error | change by denial | sum of impacts | ratio | signal |");
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var (name, method, trained, every) in methods)
        {
            foreach (var isTruth in trained is null ? [true, false] : new[] { true })
            {
                var cases = Weigh(weighed, method, trained, every, isTruth);
                var (change, sum) = (cases.Average(c => c.Change), cases.Average(c => c.Sum));
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {name} | {(isTruth ? "truth" : "withheld")} | {cases.Count} | {cases.Average(c => c.Error):F4} | {change:F5} | {sum:F5} | "
                    + $"{sum / change:F3} | {cases.Average(c => c.Signal):F3} |"));
                tables.Add((name, isTruth ? "truth" : "withheld", [.. Enumerable.Range(0, SensorTwin.Sensors).Select(sensor =>
                    cases.Sum(c => c.Observations.Where(o => o.Site == sensor).Sum(o => o.Impact)) / cases.Count)]));
            }
        }

        foreach (var (name, method, trained, every) in methods)
        {
            var truth = Of("truth")!;
            Denials(output, name, method, trained, every, denied, truth);
            if (Of("withheld") is { } withheld)
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Spearman of single sensors' impacts, against withheld observations and the truth: {Spearman(withheld, truth):F3}"));
            }

            double[]? Of(string verified) => tables.FirstOrDefault(t => t.Name == name && t.Verified == verified).Impacts;
        }
    }

    private static OnnxModel WithImpact(OnnxModel model)
    {
        if (model.Has(Data.Cards.ModelRoles.Impact))
        {
            return OnnxModel.Open(model.Folder);
        }

        var (file, onnx) = ModelWeights.Impact(model.Folder);
        return model.With(file, onnx);
    }

    private static void Denials(
        TextWriter output, string name, Component method, OnnxModel? model, int every, SensorTwin twin, double[] impacts)
    {
        var whole = Error(twin, method, model, every, []);
        int[] order = [.. Enumerable.Range(0, SensorTwin.Sensors).OrderBy(s => impacts[s])];
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\n{name}, in the order of impacts; error with all sensors {whole:F4}\n"));
        output.WriteLine("| tenth | mean sigma | biased | impact, predicted | change of error without them, measured |");
        output.WriteLine("|---|---|---|---|---|");
        var (predicted, measured) = (new List<double>(), new List<double>());
        for (var tenth = 0; tenth < SensorTwin.Sensors / Group; tenth++)
        {
            int[] sensors = order[(tenth * Group)..((tenth + 1) * Group)];
            predicted.Add(sensors.Sum(s => impacts[s]));
            measured.Add(Error(twin, method, model, every, sensors) - whole);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {tenth + 1} | {sensors.Average(s => SensorTwin.Of(s).Sigma):F2} | {sensors.Count(s => SensorTwin.Of(s).Bias != 0)} | "
                + $"{predicted[^1]:F5} | {measured[^1]:F4} |"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nSpearman of tenths' predicted and measured: {-Spearman(predicted, measured):F3}"));
    }

    private static IReadOnlyList<ImpactCase> Weigh(SensorTwin twin, Component component, OnnxModel? model, int every, bool isTruth)
    {
        var archive = twin.Archive();
        var context = new AnalysisContext(archive, model);
        var method = AssimilationMethod.Catalog.Create(component, context);
        var forecast = Forecast(context);
        var h = ObservationOperator.Catalog.Create(archive.Description.Operator, forecast.Layout);
        var request = new ImpactRequest { Lead = Lead, Probes = 4 };
        (int Trajectory, long Step)[] wanted = [.. Enumerable.Range(0, Trajectories).SelectMany(t => Starts(every).Select(k => (t, k)))];
        if (method is ISensitiveMethod sensitive)
        {
            return [.. InOrder.Map(
                wanted, InOrder.Workers(0), () => new AdjointImpact(archive, sensitive, forecast, h, Verification(), request),
                (impact, at) => impact.At(at.Trajectory, at.Step)).OfType<ImpactCase>()];
        }

        using var verification = Verification();
        using var reader = new EnsembleImpact(archive, forecast, h, verification, request, (_, step) => step >= First && step % every == 0);
        foreach (var block in method.Compute(archive, new AnalysisRequest { Ensembles = reader }))
        {
            GC.KeepAlive(block);
        }

        return reader.Cases;

        IVerification Verification() => isTruth
            ? new StateVerification("truth", (trajectory, step) => step < Steps
                ? twin.Truth[trajectory].AsMemory((int)step * SensorTwin.Sensors, SensorTwin.Sensors) : default(ReadOnlyMemory<float>?))
            : new WithheldVerification(archive, h);
    }

    // The mean square error of forecasts from all starts, against the truth.
    private static double Error(SensorTwin twin, Component component, OnnxModel? model, int every, IReadOnlyCollection<int> without)
    {
        var archive = twin.Archive(without);
        var context = new AnalysisContext(archive, model);
        var method = AssimilationMethod.Catalog.Create(component, context);
        var (forecast, states, truths) = (Forecast(context), new List<float>(), new List<float>());
        foreach (var block in method.Compute(archive))
        {
            for (var row = 0; row < block.Count; row++)
            {
                var step = block.FirstStep + row;
                if (step >= First && step % every == 0 && step + Lead < Steps)
                {
                    states.AddRange(block.States.Span.Slice(row * SensorTwin.Sensors, SensorTwin.Sensors));
                    truths.AddRange(twin.Truth[block.Trajectory].AsSpan((int)(step + Lead) * SensorTwin.Sensors, SensorTwin.Sensors));
                }
            }
        }

        var ahead = new float[states.Count];
        forecast.Advance(states.ToArray(), ahead, states.Count / SensorTwin.Sensors, Lead);
        return ahead.Zip(truths, (x, t) => Math.Pow(x - t, 2)).Average();
    }

    private static SimulatorModel Forecast(AnalysisContext context) => new(context.Forecast, new());

    private static IEnumerable<long> Starts(int every) => Enumerable.Range(0, (Steps - Lead - First) / every).Select(i => First + ((long)i * every));

    private static double Spearman(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        var (first, second, n) = (Ranks(a), Ranks(b), a.Count);
        return 1 - (6 * first.Zip(second, (x, y) => Math.Pow(x - y, 2)).Sum() / (n * ((double)n * n - 1)));

        static double[] Ranks(IReadOnlyList<double> values) => [.. values.Select(v => (double)values.Count(other => other < v))];
    }
}
