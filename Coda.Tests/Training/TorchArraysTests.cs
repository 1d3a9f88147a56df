using Coda.Tests.Interpretations;
using Coda.Training.Algebra;
using static TorchSharp.torch;

namespace Coda.Tests.Training;

[TestClass]
public sealed class TorchArraysTests
{
    [TestMethod]
    public void ATensorLiesInMemoryOfLibTorchsOwn()
    {
        using var scope = NewDisposeScope();
        float[] values = [1, 2, 3, 4, 5, 6];
        var copy = TorchArrays.Of(values, 2, 3);
        values[0] = 7;
        Assert.AreEqual(1f, copy[0, 0].item<float>());
        Assert.AreEqual(6f, copy[1, 2].item<float>());
        CollectionAssert.AreEqual(new long[] { 6 }, TorchArrays.Of(values).shape);
        var fault = Assert.ThrowsExactly<ArgumentException>(() => TorchArrays.Of(new float[5], 2, 3));
        StringAssert.Contains(fault.Message, "Expected 6 entries for the shape [2, 3], got 5");
    }

    [TestMethod]
    public unsafe void ItBeginsAtAMultipleOf64()
    {
        using var scope = NewDisposeScope();
        var before = new List<object>();
        for (var i = 0; i < 100; i++)
        {
            before.Add(new byte[8 * i]); // so that arrays begin anywhere
            fixed (byte* start = TorchArrays.Of(new float[100 + i]).bytes)
            {
                Assert.AreEqual(0, (nint)start % 64);
            }
        }
    }

    [TestMethod]
    public void TheSameNumbersGiveTheSameBits()
    {
        // Each evaluation makes its tensors anew; as arrays, they gave this network eight different results on one thread.
        var threads = get_num_threads();
        TorchThreads.Use(1);
        try
        {
            var context = NetworkExamples.Components;
            var network = NetworkExamples.Make("time-channel", context);
            var operands = NetworkExamples.Weights(network.WeightDefinitions)
                .With("window", NetworkExamples.Observations(6, (2 * network.HalfWidth) + 1, context.SiteCount));
            var first = Interpret.OnTorch(new AnalysisFormula(network), operands);
            var before = new List<object>();
            for (var i = 0; i < 500; i++)
            {
                before.Add(new byte[8 * (1 + (i % 17))]);
                Agree.Within(0, first, Interpret.OnTorch(new AnalysisFormula(network), operands), "analyses");
            }
        }
        finally
        {
            TorchThreads.Use(threads);
        }
    }
}
