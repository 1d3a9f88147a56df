using Coda.Data.Foundation;

namespace Coda.Tests.Data;

/// <summary>The random generator: known values, moments, independent streams.</summary>
[TestClass]
public sealed class CounterRandomTests
{
    private const int Draws = 200_000;

    [TestMethod]
    public void TheBitsAreThoseOfSplitMix64()
    {
        // The reference implementation's first outputs from state 0 and from state 1234567, which these seeds are mixed to.
        var random = new CounterRandom(0x61C8864680B583EB);
        Assert.AreEqual(0xE220A8397B1DCDAFUL, random.NextBits());
        Assert.AreEqual(0x6E789E6AA1B965F4UL, random.NextBits());
        Assert.AreEqual(0x06C45D188009454FUL, random.NextBits());
        Assert.AreEqual(6457827717110365317UL, new CounterRandom(0xA53C84059609E98E).NextBits());
    }

    [TestMethod]
    public void UniformNumbersHaveTheirMoments()
    {
        var random = new CounterRandom(1);
        double sum = 0, squares = 0, product = 0, last = 0.5;
        for (var i = 0; i < Draws; i++)
        {
            var u = random.NextUniform();
            Assert.IsTrue(u is >= 0 and < 1);
            sum += u;
            squares += u * u;
            product += (u - 0.5) * (last - 0.5);
            last = u;
        }

        Assert.AreEqual(0.5, sum / Draws, 5 * Math.Sqrt(1.0 / 12 / Draws));
        Assert.AreEqual(1.0 / 3, squares / Draws, 5 * Math.Sqrt(4.0 / 45 / Draws));
        Assert.AreEqual(0, product / Draws, 5 * (1.0 / 12) / Math.Sqrt(Draws));
    }

    [TestMethod]
    public void GaussianNumbersHaveTheirMoments()
    {
        var random = new CounterRandom(2);
        double sum = 0, squares = 0, cubes = 0, fourths = 0, pairs = 0, last = 0;
        for (var i = 0; i < Draws; i++)
        {
            var x = random.NextGaussian();
            (sum, squares, cubes, fourths) = (sum + x, squares + (x * x), cubes + (x * x * x), fourths + (x * x * x * x));
            pairs += x * last;
            last = x;
        }

        Assert.AreEqual(0, sum / Draws, 5 / Math.Sqrt(Draws));
        Assert.AreEqual(1, squares / Draws, 5 * Math.Sqrt(2.0 / Draws));
        Assert.AreEqual(0, cubes / Draws, 5 * Math.Sqrt(15.0 / Draws));
        Assert.AreEqual(3, fourths / Draws, 5 * Math.Sqrt(96.0 / Draws));
        Assert.AreEqual(0, pairs / Draws, 5 / Math.Sqrt(Draws));
    }

    [TestMethod]
    public void IntegersAreUniformBelowTheirBound()
    {
        var (random, counts) = (new CounterRandom(3), new int[7]);
        for (var i = 0; i < 70_000; i++)
        {
            counts[random.NextInteger(7)]++;
        }

        Assert.IsTrue(counts.All(count => Math.Abs(count - 10_000) < 5 * Math.Sqrt(10_000 * 6.0 / 7)), string.Join(", ", counts));
    }

    [TestMethod]
    public void NeighbouringKeysGiveIndependentStreams()
    {
        var seen = new HashSet<ulong>();
        double correlation = 0;
        for (var i = -200; i < 200; i++)
        {
            for (var j = 0; j < 200; j++)
            {
                var first = new CounterRandom(4, i, j);
                var next = new CounterRandom(4, i, j + 1);
                Assert.IsTrue(seen.Add(first.State), $"the key ({i}, {j}) starts like another");
                correlation += (first.NextUniform() - 0.5) * (next.NextUniform() - 0.5);
            }
        }

        Assert.AreEqual(0, correlation / 80_000, 5 * (1.0 / 12) / Math.Sqrt(80_000));
    }

    [TestMethod]
    public void SeedAndEveryPartOfTheKeyMatterAndSoDoesTheirOrder()
    {
        ulong[] states = [new CounterRandom(1).State, new CounterRandom(2).State, new CounterRandom(1, 0).State, new CounterRandom(1, 1).State,
            new CounterRandom(1, 0, 1).State, new CounterRandom(1, 1, 0).State, new CounterRandom(1, 0, 0).State];
        Assert.HasCount(states.Length, states.Distinct());
        Assert.AreEqual(new CounterRandom(1, 2, 3).State, new CounterRandom(1, 2, 3).State);
    }
}
