using System.Globalization;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using Coda.Inference.Assimilation;

namespace Coda.Benchmarks.Joint;

/// <summary>States and parameters of windows that each have their own, by a smoother over the augmented state and by the published joint filter.</summary>
internal static class JointBenchmark
{
    private const int Windows = 200;
    private static readonly double[] Width = [4, 11.2, 3.2 / 3]; // of the uniform distributions
    private static readonly (bool IsCorrupted, string Name, double[] Published)[] Cases =
        [(false, "CS3, w as it is", [0.64, 0.50, 0.11, 1.04]), (true, "CS4, w corrupted", [0.94, 0.78, 0.19, 1.24])];

    /// <summary>Prints a line for each case, method and start, and draws the error of ρ by time.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="picture">The picture's file.</param>
    public static void Run(TextWriter output, string picture)
    {
        output.WriteLine($"RMSE over all steps of {Windows} windows of σ, ρ, β and of x, y, z together; in brackets over what is published (joint EnKF)");
        foreach (var (isCorrupted, name, published) in Cases)
        {
            var twin = new JointTwin(Windows, isCorrupted, seed: 63);
            foreach (var (known, start) in new[] { ("at the window's own", (Func<int, double[]>)(w => twin.Parameters[w])), ("10, 28, 8/3", _ => JointTwin.Centre) })
            {
                foreach (var inflation in new[] { 1.0, 1.05, 1.1, 1.2 })
                {
                    var label = string.Create(CultureInfo.InvariantCulture, $"joint EnKF, inflation {inflation}");
                    Print(output, name, label, known, Score(twin, w => JointEnkf.Run(twin, w, start(w), inflation)), null, published);
                }
            }

            var (states, spread) = Smooth(twin, 0, Windows, JointTwin.Centre, [.. Width.Select(w => w / Math.Sqrt(12))]);
            Print(output, name, "smoother", "10, 28, 8/3", Score(twin, w => states[w]), spread, published);
            if (!isCorrupted)
            {
                Draw(twin, states, picture);
            }

            var own = Enumerable.Range(0, Windows)
                .Select(w => Smooth(twin, w, 1, twin.Parameters[w], [.. twin.Parameters[w].Select(p => 0.1 * p)]).States[0]).ToArray();
            Print(output, name, "smoother", "at the window's own", Score(twin, w => own[w]), null, published);
        }
    }

    private static (double[][] States, double[] Spread) Smooth(JointTwin twin, int first, int count, double[] start, double[] deviations)
    {
        var archive = twin.Archive(first, count);
        var method = AssimilationMethod.Catalog.Create(new Component("iterated-extended-smoother", Options(start, deviations)), new AnalysisContext(archive));
        var (states, squares) = (Enumerable.Range(0, count).Select(_ => new double[JointTwin.Steps * 6]).ToArray(), new double[3]);
        foreach (var block in method.Analyze(archive))
        {
            for (var i = 0; i < block.States.Length; i++)
            {
                states[block.Trajectory][(block.FirstStep * 6) + i] = block.States.Span[i];
                squares[i % 3] += i % 6 >= 3 ? Math.Pow(block.Spread!.Value.Span[i], 2) / JointTwin.Steps / count : 0;
            }
        }

        return (states, [.. squares.Select(Math.Sqrt)]);
    }

    // The model's error is that of the noise, .08² y² dt and .08² z² dt with the squares' means of the attractor; x and the parameters have none.
    private static JsonObject Options(double[] start, double[] deviations) => new()
    {
        ["system"] = new JsonObject
        {
            ["name"] = "augmented",
            ["options"] = new JsonObject
            {
                ["system"] = new JsonObject
                {
                    ["name"] = "lorenz63",
                    ["options"] = new JsonObject { ["sigma"] = start[0], ["rho"] = start[1], ["beta"] = start[2], ["isForced"] = true },
                },
            },
        },
        ["integrator"] = new JsonObject { ["name"] = "euler" },
        ["modelErrorVariance"] = 0.005,
        ["initialModelErrorVariance"] = 0.005,
        ["modelErrorVariances"] = new JsonObject { ["x"] = 1e-8, ["z"] = 0.044, ["parameters"] = 1e-9 },
        ["deviations"] = new JsonArray([.. deviations.Select(d => (JsonNode)d)]),
        ["maximumMisfit"] = 3, // steps of large y and z have more than the mean noise
        ["passes"] = 20,
    };

    private static double[] Score(JointTwin twin, Func<int, double[]> states)
    {
        var squares = new double[4];
        for (var w = 0; w < Windows; w++)
        {
            var means = states(w);
            for (var i = 0; i < means.Length; i++)
            {
                var (k, entry) = (i / 6, i % 6);
                var error = means[i] - (entry < 3 ? twin.Truth[w][(3 * k) + entry] : twin.Parameters[w][entry - 3]);
                squares[entry < 3 ? 3 : entry - 3] += error * error / (Windows * JointTwin.Steps * (entry < 3 ? 3 : 1));
            }
        }

        return [.. squares.Select(Math.Sqrt)];
    }

    private static void Draw(JointTwin twin, double[][] smoothed, string picture)
    {
        Curve Of(string name, Func<int, double[]> states)
        {
            var (times, squares) = (Enumerable.Range(0, JointTwin.Steps).Select(k => 0.01 * k).ToArray(), new double[JointTwin.Steps]);
            for (var w = 0; w < Windows; w++)
            {
                var means = states(w);
                for (var k = 0; k < JointTwin.Steps; k++)
                {
                    squares[k] += Math.Pow(means[(6 * k) + 4] - twin.Parameters[w][1], 2) / Windows;
                }
            }

            return new Curve(name, times, [.. squares.Select(Math.Sqrt)]);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(picture))!);
        Figures.Figures.OfCurves(
            "joint", "Error of ρ, which differs by window: RMSE over 200 windows by time", new FigureSource("joint", "CS3", 63), "time", "RMSE of ρ",
            [
                Of("joint EnKF, from the window's own values", w => JointEnkf.Run(twin, w, twin.Parameters[w], 1)),
                Of("joint EnKF, from 10, 28, 8/3", w => JointEnkf.Run(twin, w, JointTwin.Centre, 1)),
                Of("smoother of the augmented state, from 10, 28, 8/3", w => smoothed[w]),
            ]).Write(picture);
    }

    private static void Print(TextWriter output, string name, string method, string start, double[] score, double[]? spread, double[] published) =>
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-17} {method,-27} {start,-20} {string.Join("  ", score.Zip(published, (s, p) => string.Create(CultureInfo.InvariantCulture, $"{s:F3} ({s / p:F2})")))}")
            + (spread is null ? "" : string.Create(CultureInfo.InvariantCulture, $"  spread {spread[0]:F3} {spread[1]:F3} {spread[2]:F3}")));
}
