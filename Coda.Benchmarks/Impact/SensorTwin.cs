using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Data.Twins;

namespace Coda.Benchmarks.Impact;

/// <summary>A twin experiment whose sensors differ, and nobody is told: each site has an error of its own, and some a bias, where the archive says 1 for
/// all.</summary>
/// <param name="seed">The seed of truth and errors; the sensors are the same for all.</param>
/// <param name="trajectories">The number of trajectories.</param>
/// <param name="steps">The steps of each.</param>
public sealed class SensorTwin(ulong seed, int trajectories, int steps)
{
    /// <summary>The number of sensors.</summary>
    public const int Sensors = 40;

    private const double Fraction = 0.25;
    private const double Least = 0.4;
    private const double Most = 2.4;
    private const int Biased = 6;
    private const double Bias = 1.5;
    private const long SensorStream = 0x5E1;
    private const long ErrorStream = 0x5E2;

    private readonly TwinExperiment _twin = new()
    {
        TrajectoryCount = trajectories, StepCount = steps, Seed = seed, Sigma = 1, Withheld = new(0.1, seed),
    };

    private float[][]? _truth; // [trajectory][time, space]

    /// <summary>The true states. [trajectory][time, space]</summary>
    public float[][] Truth => _truth ??= [.. _twin.Truth().GroupBy(b => b.Trajectory).OrderBy(g => g.Key)
        .Select(g => g.OrderBy(b => b.FirstStep).SelectMany(b => b.States.ToArray()).ToArray())];

    /// <summary>The true error of a sensor, and its bias.</summary>
    /// <param name="sensor">The sensor.</param>
    public static (double Sigma, double Bias) Of(int sensor)
    {
        // Each place in the order of errors once, in an order of chance; the biased ones are of middling errors.
        int[] order = [.. Enumerable.Range(0, Sensors).OrderBy(s => new CounterRandom(7, SensorStream, s).NextUniform())];
        var place = Array.IndexOf(order, sensor);
        var sigma = Least * Math.Pow(Most / Least, place / (Sensors - 1.0));
        var middle = (Sensors - Biased) / 2;
        return (sigma, place >= middle && place < middle + Biased ? (place % 2 == 0 ? Bias : -Bias) : 0);
    }

    /// <summary>What is observed, without some sensors.</summary>
    /// <param name="without">The sensors that are taken away.</param>
    public MemoryArchive Archive(params IReadOnlyCollection<int> without)
    {
        var (description, left) = (_twin.Describe(), without.ToHashSet());
        return new MemoryArchive(description, Enumerable.Range(0, trajectories).Select(trajectory =>
        {
            var stretch = new ObservationStretch(trajectory, new StepRange(0, steps), Sensors);
            for (var i = 0; i < stretch.Values.Length; i++)
            {
                var (random, sensor) = (new CounterRandom(seed, ErrorStream, trajectory, i), i % Sensors);
                if (random.NextUniform() < Fraction && !left.Contains(sensor))
                {
                    var (sigma, bias) = Of(sensor);
                    (stretch.Values[i], stretch.Mask[i]) = ((float)(Truth[trajectory][i] + bias + (sigma * random.NextGaussian())), 1);
                }
            }

            return stretch;
        }));
    }
}
