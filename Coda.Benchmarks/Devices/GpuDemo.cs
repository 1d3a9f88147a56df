using System.Diagnostics;
using System.Globalization;
using Coda.Benchmarks.Inference;

namespace Coda.Benchmarks.Devices;

/// <summary>The main job from end to end on a device, by the commands that a user would give.</summary>
internal static class GpuDemo
{
    private const double DryBound = 5; // a network of forty steps is no worse than noise; a trained one has its bound in the demo
    private const double Bound = 1;

    /// <summary>Simulates, trains, analyzes, forecasts and scores.</summary>
    /// <param name="scope">Where.</param>
    /// <param name="output">Takes the seconds of each.</param>
    /// <exception cref="InvalidOperationException">A command fails.</exception>
    /// <exception cref="InvalidDataException">The analyses are worse than they must be.</exception>
    public static void Run(GpuScope scope, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("coda-gpu-demo-").FullName;
        string At(string name) => Path.Combine(folder, name);
        try
        {
            var (steps, record) = scope.IsDry ? ("40", "200") : ("4000", "600");
            Command("simulate", "--trajectories", scope.IsDry ? "4" : "40", "--steps", record, "--no-truth", "--output", At("train"));
            Command("simulate", "--trajectories", "4", "--steps", record, "--seed", "2", "--output", At("test"));
            Command("train", "--archive", At("train"), "--steps", steps, "--device", scope.Device, "--output", At("model"));
            Command("analyze", "--archive", At("test"), "--model", At("model"), "--device", scope.Device);
            Command("forecast", "--archive", At("test"), "--model", At("model"), "--leads", "0", "0.5", "--every", "0.5", "--from", "smoothed", "--device",
                scope.Device);
            var scores = Command("score", "--archive", At("test"), "--margin", "50");
            var error = (double)scores["scores"]!.AsArray().Single(table => (string?)table!["table"] == "analyses")!["results"]![0]!["value"]!;
            output.WriteLine(FormattableString.Invariant($"  RMSE of the analyses: {error:F3}"));
            if (!(error <= (scope.IsDry ? DryBound : Bound)))
            {
                throw new InvalidDataException(FormattableString.Invariant($"Expected an RMSE of at most {(scope.IsDry ? DryBound : Bound)}, got {error:F3}."));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        System.Text.Json.Nodes.JsonNode Command(params string[] words)
        {
            var clock = Stopwatch.StartNew();
            var result = CodaProcess.Run(words);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  coda {words[0]}: {clock.Elapsed.TotalSeconds:F1} s"));
            return result;
        }
    }
}
