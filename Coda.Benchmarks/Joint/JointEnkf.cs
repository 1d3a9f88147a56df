using Coda.Data.Foundation;

namespace Coda.Benchmarks.Joint;

/// <summary>The published joint filter as its source has it: a stochastic ensemble Kalman filter of 30 members over state and parameters, without noise of the
/// model, the first state about the first observation.</summary>
internal static class JointEnkf
{
    private const int Members = 30;
    private const double StartSpread = 1.5;
    private const double ParameterShare = 0.1;
    private const int Size = 6;
    private static readonly double[] Most = [30, 50, 10];

    /// <summary>Filters a window.</summary>
    /// <param name="twin">The windows.</param>
    /// <param name="window">Its number.</param>
    /// <param name="start">What the parameters start about.</param>
    /// <param name="inflation">The factor of the ensemble's departures after an analysis.</param>
    /// <returns>The means of state and parameters. [step, 6]</returns>
    public static double[] Run(JointTwin twin, int window, double[] start, double inflation)
    {
        var (random, observed) = (new CounterRandom(7, window), twin.Observations[window]);
        var ensemble = new double[Members][];
        for (var m = 0; m < Members; m++)
        {
            ensemble[m] = [.. Enumerable.Range(0, 3).Select(i => observed.Values[i] + (StartSpread * random.NextGaussian())),
                .. start.Select(p => p * (1 + (ParameterShare * random.NextGaussian())))];
        }

        var means = new double[JointTwin.Steps * Size];
        for (var k = 0; k < JointTwin.Steps; k++)
        {
            if (k > 0)
            {
                Advance(ensemble, twin.Forcing[window][k - 1]);
                if (k % JointTwin.Every == 0)
                {
                    Assimilate(ensemble, observed.Values.AsSpan(3 * k, 3), ref random, inflation);
                }
            }

            Mean(ensemble).CopyTo(means, k * Size);
        }

        return means;
    }

    private static void Advance(double[][] ensemble, double w)
    {
        foreach (var e in ensemble)
        {
            var (x, y, z) = (e[0], e[1], e[2]);
            e[0] += 0.01 * ((e[3] * (y - x)) + w);
            e[1] += 0.01 * ((x * (e[4] - z)) - y);
            e[2] += 0.01 * ((x * y) - (e[5] * z));
        }
    }

    private static void Assimilate(double[][] ensemble, ReadOnlySpan<float> values, ref CounterRandom random, double inflation)
    {
        for (var i = 0; i < 3; i++) // serial: the errors are independent, so that it is the same update
        {
            var mean = Mean(ensemble);
            var covariance = new double[Size];
            foreach (var e in ensemble)
            {
                for (var j = 0; j < Size; j++)
                {
                    covariance[j] += (e[j] - mean[j]) * (e[i] - mean[i]) / (Members - 1);
                }
            }

            foreach (var e in ensemble)
            {
                var innovation = values[i] + (Math.Sqrt(JointTwin.ErrorVariance) * random.NextGaussian()) - e[i];
                for (var j = 0; j < Size; j++)
                {
                    e[j] += covariance[j] / (covariance[i] + JointTwin.ErrorVariance) * innovation;
                }
            }
        }

        var centre = Mean(ensemble);
        foreach (var e in ensemble)
        {
            for (var j = 0; j < Size; j++)
            {
                e[j] = centre[j] + (inflation * (e[j] - centre[j]));
                e[j] = j < 3 ? e[j] : Math.Clamp(e[j], 1e-6, Most[j - 3]);
            }
        }
    }

    private static double[] Mean(double[][] ensemble) => [.. Enumerable.Range(0, Size).Select(j => ensemble.Average(e => e[j]))];
}
