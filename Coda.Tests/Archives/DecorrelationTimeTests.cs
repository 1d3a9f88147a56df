using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Tests.Archives;

/// <summary>The time in which a record forgets its state, as sparse, noisy observations tell it.</summary>
[TestClass]
public sealed class DecorrelationTimeTests
{
    [TestMethod]
    [DataRow(1.0, 0.0)]
    [DataRow(0.3, 0.0)]
    [DataRow(0.3, 0.7)]
    public void AnOscillationForgetsAfterAFifthOfItsPeriod(double density, double sigma)
    {
        var time = DecorrelationTime.InSteps([Record(2000, density, sigma, step => Math.Sin(2 * Math.PI * step / 100.0))], sigma)!.Value;
        Assert.AreEqual(100 * Math.Acos(1 / Math.E) / (2 * Math.PI), time, 1.5);
    }

    [TestMethod]
    public void ASiteOfAnotherUnitCountsAsMuch()
    {
        var both = new ObservationStretch(0, new StepRange(0, 3000), 2);
        for (var step = 0; step < 3000; step++)
        {
            (both.Values[2 * step], both.Values[(2 * step) + 1]) = ((float)Math.Sin(step / 10.0), 1e6f * (float)Math.Sin(step / 20.0));
        }

        Array.Fill(both.Mask, 1);
        Assert.AreEqual(Math.Acos(1 / Math.E) * 14, DecorrelationTime.InSteps([both], 0)!.Value, 2);
    }

    [TestMethod]
    public void WhatDoesNotTellHasNone()
    {
        Assert.IsNull(DecorrelationTime.InSteps([Record(100, 1, 0, _ => 3)], 0), "a constant");
        Assert.IsNull(DecorrelationTime.InSteps([Record(100, 0, 0, step => step)], 0), "nothing observed");
        Assert.IsNull(DecorrelationTime.InSteps([], 0), "nothing at all");
        Assert.IsNull(DecorrelationTime.InSteps([Record(100, 1, 1, _ => 0)], 2), "errors greater than the signal");
    }

    private static ObservationStretch Record(int steps, double density, double sigma, Func<int, double> signal)
    {
        var (stretch, random) = (new ObservationStretch(0, new StepRange(0, steps), 1), new CounterRandom(3));
        for (var step = 0; step < steps; step++)
        {
            var value = signal(step) + (sigma * random.NextGaussian());
            (stretch.Values[step], stretch.Mask[step]) = random.NextUniform() < density ? ((float)value, 1) : (0, 0);
        }

        return stretch;
    }
}
