using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Time;

namespace Coda.Benchmarks.Joint;

/// <summary>Windows of a stochastic Lorenz-63 with parameters of their own, driven by a slow variable that the model is given.</summary>
/// <remarks>
/// The setting of github.com/CIA-Oceanix/4dvarnet-fm-opencode (data/lorenz63.py, data/random_param_dataset.py, of 2026):
/// dx = (σ (y - x) + w) dt, dy = (x (ρ - z) - y) dt + .08 y dB, dz = (x y - β z) dt + .08 z dB, dw = (-.05 w + .1 x) dt + .2 dB, by Euler's scheme of .01;
/// σ, ρ and β uniform within 20 % of 10, 28 and 8/3 in each window, 10,000 steps before it; x, y and z seen each 20 of its 300 steps with variance .5. The
/// forcing that the model is given is w (CS3), or w with an Ornstein-Uhlenbeck error of variance .5 and time 5, and .15 x besides (CS4).
/// </remarks>
internal sealed class JointTwin
{
    public const int Steps = 300;
    public const int Every = 20;
    public const double ErrorVariance = 0.5;
    private const int SpinUp = 10_000;
    private const double StepLength = 0.01;
    private const double StateNoise = 0.08;
    private const double ForcingNoise = 0.2;
    private const double ForcingErrorTime = 5;
    private const double ForcingErrorVariance = 0.5;
    private const double ForcingBias = 0.15;

    private readonly ulong _seed;
    private readonly bool _isCorrupted;

    public JointTwin(int windows, bool isCorrupted, ulong seed)
    {
        (_seed, _isCorrupted) = (seed, isCorrupted);
        Parameters = [.. Enumerable.Range(0, windows).Select(w => Draw(new CounterRandom(seed, 1, w)))];
        Truth = new double[windows][];
        Forcing = new float[windows][];
        Observations = new ObservationStretch[windows];
        for (var w = 0; w < windows; w++)
        {
            Simulate(w);
        }
    }

    /// <summary>The values about which the windows' own lie.</summary>
    public static double[] Centre { get; } = [10, 28, 8.0 / 3];

    /// <summary>σ, ρ and β by window.</summary>
    public double[][] Parameters { get; }

    /// <summary>x, y and z by window. [window][step, 3]</summary>
    public double[][] Truth { get; }

    /// <summary>What the model is told of w. [window][step]</summary>
    public float[][] Forcing { get; }

    /// <summary>The observations by window; sites x, y and z.</summary>
    public ObservationStretch[] Observations { get; }

    /// <summary>Windows as trajectories of a record, without their truth.</summary>
    /// <param name="first">The first window.</param>
    /// <param name="count">Their number.</param>
    public MemoryArchive Archive(int first, int count) => new(
        new ArchiveDescription
        {
            Layout = StateLayout.Of("x", "y", "z"),
            Operator = new Component("site-selection"),
            SiteCount = 3,
            StepLength = StepLength,
            Sigma = Math.Sqrt(ErrorVariance),
            TrajectoryCount = count,
            Steps = new StepRange(0, Steps),
            Forcing = [new ForcingDefinition("w")],
        },
        Enumerable.Range(0, count).Select(w => With(w, Observations[first + w])))
    {
        Forcing = [.. Enumerable.Range(0, count).Select(w => new StateBlock(w, 0, 1, Forcing[first + w]))],
    };

    private static ObservationStretch With(int trajectory, ObservationStretch from)
    {
        var stretch = new ObservationStretch(trajectory, from.Steps, from.SiteCount);
        from.Values.CopyTo(stretch.Values, 0);
        from.Mask.CopyTo(stretch.Mask, 0);
        return stretch;
    }

    private static double[] Draw(CounterRandom random) => [.. Centre.Select(c => c * (0.8 + (0.4 * random.NextUniform())))];

    private void Simulate(int window)
    {
        var (truth, forcing, stretch) = (new double[Steps * 3], new float[Steps], new ObservationStretch(window, new StepRange(0, Steps), 3));
        var (noise, error, seen) = (new CounterRandom(_seed, 2, window), new CounterRandom(_seed, 3, window), new CounterRandom(_seed, 4, window));
        var (sigma, rho, beta) = (Parameters[window][0], Parameters[window][1], Parameters[window][2]);
        var (x, y, z, w) = (1.0, 1.0, 20.0, 0.0);
        var eta = Math.Sqrt(ForcingErrorVariance) * error.NextGaussian();
        for (var k = -SpinUp; k < Steps; k++)
        {
            if (k >= 0)
            {
                (truth[3 * k], truth[(3 * k) + 1], truth[(3 * k) + 2]) = (x, y, z);
                forcing[k] = (float)(w + (_isCorrupted ? eta + (ForcingBias * x) : 0));
                eta += (-eta * StepLength / ForcingErrorTime)
                    + (Math.Sqrt(2 * ForcingErrorVariance / ForcingErrorTime * StepLength) * error.NextGaussian());
                Observe(stretch, k, truth.AsSpan(3 * k, 3), ref seen);
            }

            var root = Math.Sqrt(StepLength);
            (x, y, z, w) = (
                x + (StepLength * ((sigma * (y - x)) + w)),
                y + (StepLength * ((x * (rho - z)) - y)) + (StateNoise * y * root * noise.NextGaussian()),
                z + (StepLength * ((x * y) - (beta * z))) + (StateNoise * z * root * noise.NextGaussian()),
                w + (StepLength * ((-0.05 * w) + (0.1 * x))) + (ForcingNoise * root * noise.NextGaussian()));
        }

        (Truth[window], Forcing[window], Observations[window]) = (truth, forcing, stretch);
    }

    private static void Observe(ObservationStretch stretch, int step, ReadOnlySpan<double> state, ref CounterRandom random)
    {
        for (var i = 0; i < 3 && step % Every == 0; i++)
        {
            stretch.Values[(3 * step) + i] = (float)(state[i] + (Math.Sqrt(ErrorVariance) * random.NextGaussian()));
            stretch.Mask[(3 * step) + i] = 1;
        }
    }
}
