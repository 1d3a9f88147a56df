using Coda.Benchmarks.Inference;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using static Coda.Benchmarks.Curves.CurveRecords;

namespace Coda.Benchmarks.Curves;

/// <summary>Analyses and forecasts by released networks on ONNX Runtime, on one thread.</summary>
internal static class NetworkCurves
{
    private static readonly int[] Rings = [160, 320, 640, 1280, 2560];

    /// <summary>The cases.</summary>
    /// <param name="modelName">A model of a ring with a forecast.</param>
    public static IEnumerable<CurveCase> Cases(string modelName)
    {
        yield return new($"network {modelName}", CurveAxis.State, "analysis", Rings, 1, "tiles of the model's own ring",
            sites => Network(modelName, sites, 64));
        yield return new("network of a torus", CurveAxis.State, "analysis", [128 * 128, 192 * 192, 256 * 256, 384 * 384], 1, "tiles of the model's own torus",
            points => new FieldWork((int)Math.Round(Math.Sqrt(points))).Work);
        yield return new($"forecast by {modelName}", CurveAxis.State, "step", [640, 2560, 10_240, 40_960], 1, "a few neighbours an entry",
            sites => Forecast(modelName, sites, 1));
        yield return new($"network {modelName}", CurveAxis.Observations, "analysis", [10, 20, 40, 80, 160], 0, "a network reads all sites, seen or not",
            seen => Network(modelName, 160, 128, seen / 160.0));
        yield return new($"network {modelName}: record", CurveAxis.Steps, "record", [250, 500, 1000, 2000, 4000], 1, "pieces of fixed length",
            steps => Network(modelName, 40, steps) with { Units = 1 });
        yield return new($"polished {modelName}: record", CurveAxis.Steps, "record", [250, 500, 1000, 2000], 1, "stretches of fixed length",
            steps => Polished(modelName, steps));
        yield return new($"forecast by {modelName}: starts", CurveAxis.Network, "step of all", [1, 4, 16, 64, 256, 1024], 1, "each start by itself",
            starts => Forecast(modelName, 40, starts));
    }

    private static CurveWork Network(string modelName, int sites, int steps, double share = 0.25)
    {
        var model = OnnxModel.Open(modelName);
        var archive = Noise(model.Card, sites, steps, share);
        return Analyses(archive, new NetworkMethod(new AnalysisContext(archive, model), new())) with { Held = model };
    }

    private static CurveWork Polished(string modelName, int steps)
    {
        var model = OnnxModel.Open(modelName);
        var archive = Of(Ring(40, steps));
        var method = AssimilationMethod.Catalog.Create(new Component("polished"), new AnalysisContext(archive, model));
        return Analyses(archive, method) with { Units = 1, Held = model };
    }

    private static CurveWork Forecast(string modelName, int sites, int starts)
    {
        const int Steps = 16;
        var model = OnnxModel.Open(modelName);
        var hybrid = new HybridModel(model, Noise(model.Card, sites, 1).Description);
        var states = new float[sites * starts];
        for (var i = 0; i < states.Length; i++)
        {
            states[i] = (float)(model.Card.ClimatologyMean[0] + (model.Card.ClimatologyDeviation[0] * Math.Sin(i * 0.7)));
        }

        var next = new float[states.Length];
        return new(() => hybrid.Advance(states, next, starts, Steps), Steps) { Held = new Both(hybrid, model) };
    }

    private sealed class Both(IDisposable first, IDisposable second) : IDisposable
    {
        public void Dispose()
        {
            first.Dispose();
            second.Dispose();
        }
    }

    // A network of its own, in a folder of its own: weights matter to no time.
    private sealed class FieldWork : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("coda-curves-").FullName;
        private readonly OnnxModel _model;

        public FieldWork(int side)
        {
            FieldNetworkBenchmark.Train(_folder);
            _model = OnnxModel.Open(Path.Combine(_folder, "model"));
            var archive = FieldNetworkBenchmark.Record(side);
            Work = Analyses(archive, new NetworkMethod(new AnalysisContext(archive, _model), new())) with { Held = this };
        }

        public CurveWork Work { get; }

        public void Dispose()
        {
            _model.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
