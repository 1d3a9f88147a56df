using Coda.Data.Foundation;

namespace Coda.Classical.Particles;

/// <summary>Weighted particles at one step.</summary>
/// <param name="Step">The model step.</param>
/// <param name="States">The states. [particle, space]</param>
/// <param name="Weights">Their weights, whose sum is 1. [particle]</param>
internal sealed record ParticleCloud(long Step, float[] States, double[] Weights)
{
    /// <summary>The length of one state.</summary>
    public int Size => States.Length / Weights.Length;

    /// <summary>The mean.</summary>
    /// <returns>[space]</returns>
    public double[] Mean()
    {
        var mean = new double[Size];
        for (var i = 0; i < States.Length; i++)
        {
            mean[i % mean.Length] += Weights[i / mean.Length] * States[i];
        }

        return mean;
    }

    /// <summary>The standard deviation.</summary>
    /// <param name="mean">The mean. [space]</param>
    /// <returns>[space]</returns>
    public double[] Spread(double[] mean)
    {
        var variance = new double[Size];
        for (var i = 0; i < States.Length; i++)
        {
            variance[i % mean.Length] += Weights[i / mean.Length] * Math.Pow(States[i] - mean[i % mean.Length], 2);
        }

        return Array.ConvertAll(variance, Math.Sqrt);
    }

    /// <summary>Draws particles by their weights, by systematic resampling, in an order that says nothing.</summary>
    /// <param name="count">How many.</param>
    /// <param name="random">What they are drawn with.</param>
    /// <returns>Which particles. [draw]</returns>
    public int[] Draw(int count, CounterRandom random)
    {
        var drawn = SystematicResampling.Draw(Weights, count, random.NextUniform());
        for (var i = count - 1; i > 0; i--)
        {
            var other = (int)random.NextInteger(i + 1);
            (drawn[i], drawn[other]) = (drawn[other], drawn[i]);
        }

        return drawn;
    }
}
