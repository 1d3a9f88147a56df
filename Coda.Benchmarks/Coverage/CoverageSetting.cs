using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Twins;

namespace Coda.Benchmarks.Coverage;

/// <summary>A setting whose bands are calibrated on one twin experiment and held to the truth of another.</summary>
/// <param name="Name">What it is, in words.</param>
/// <param name="Calibration">The twin experiment that bands are calibrated on.</param>
/// <param name="Method">The method.</param>
/// <param name="Model">The released model, where the method is a network.</param>
internal sealed record CoverageSetting(string Name, TwinExperiment Calibration, Component Method, string? Model)
{
    private const ulong TestSeeds = 4096; // apart from those of calibrations

    /// <summary>The same setting with other draws of everything, for an estimator that has seen these.</summary>
    /// <param name="draw">The draw's number; 0 for this one.</param>
    public CoverageSetting Redrawn(ulong draw) => this with { Calibration = Calibration with { Seed = Calibration.Seed + (1_000_003 * draw) } };

    /// <summary>The steps left out at each end.</summary>
    public int Margin => Model is null ? 10 : 50;

    /// <summary>How often sites are denied, for those that are never observed.</summary>
    public int Denials { get; init; }

    /// <summary>The twin experiment that coverage is measured on, of another seed.</summary>
    public TwinExperiment Test => Calibration with { Seed = TestSeeds + Calibration.Seed, TrajectoryCount = Math.Min(Calibration.TrajectoryCount, 6) };

    /// <summary>The settings.</summary>
    public static IReadOnlyList<CoverageSetting> All { get; } =
    [
        Ring(0.5, 0.05, 24), Ring(0.5, 0.25, 16), Ring(1, 0.1, 24), Ring(1, 0.25, 32), Ring(1, 0.5, 40), Ring(2, 0.05, 16), Ring(2, 0.25, 32),
        Ring(3, 0.1, 24), Ring(3, 0.5, 40),
        new("every second site, sigma 1", Twin(1, new Component("fixed-sites", new JsonObject { ["every"] = 2 }), 16), new("network"), "lorenz96-settings") { Denials = 1 },
        new("two levels, sigma 1, 25 %", Twin(1, Fraction(0.25), 24) with
        {
            System = new("lorenz96-two-level"), Operator = new("site-selection", new JsonObject { ["field"] = "x" }),
        }, new("network"), "lorenz96-two-level"),
        new("Kolmogorov flow of 32 x 32, sigma 1, 10 %", Twin(1, Fraction(0.1), 12) with
        {
            System = new("kolmogorov-flow", new JsonObject { ["size"] = 32 }), StepLength = 0.05, StepCount = 200,
        }, new("space-time-optimal-interpolation", new JsonObject { ["halfWidth"] = 10, ["maximumObservations"] = 150, ["hasSpread"] = true }), null),
    ];

    private static CoverageSetting Ring(double sigma, double fraction, int trajectories) => new(
        FormattableString.Invariant($"sigma {sigma}, {100 * fraction} %"), Twin(sigma, Fraction(fraction), trajectories), new("network"), "lorenz96-settings");

    private static TwinExperiment Twin(double sigma, Component network, int trajectories) => new()
    {
        Sigma = sigma, ObservingNetwork = network, TrajectoryCount = trajectories, StepCount = 3000, Seed = (ulong)trajectories + (ulong)(1000 * sigma) + 7, Withheld = new Withholding(0.4, 8),
    };

    private static Component Fraction(double fraction) => new("random-fraction", new JsonObject { ["fraction"] = fraction });
}
