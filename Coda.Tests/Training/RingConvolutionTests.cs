using Coda.Training.Algebra;
using TorchSharp;
using static TorchSharp.torch;

namespace Coda.Tests.Training;

/// <summary>Coda's own convolution round a ring against LibTorch's, with its gradients.</summary>
[TestClass]
public sealed class RingConvolutionTests
{
    private int _drawn;

    [TestMethod]
    [DataRow(3, 32, 40, 48, 5)]
    [DataRow(2, 16, 13, 16, 3, DisplayName = "sites left over after eight, one vector")]
    [DataRow(1, 48, 7, 64, 7, DisplayName = "fewer sites than eight, twice two vectors")]
    [DataRow(2, 96, 9, 112, 1, DisplayName = "one site wide, three and twice two vectors")]
    [DataRow(2, 80, 5, 80, 9, DisplayName = "a kernel wider than the ring is")]
    [DoNotParallelize] // the number of threads belongs to the whole process
    public void ItIsLibTorchs(int batch, int inputs, int space, int outputs, int width)
    {
        using var scope = NewDisposeScope();
        OnOneThread(() =>
        {
            var (a, kernel, bias, by) = (Draw(batch, inputs, space), Draw(outputs, inputs, width), Draw(outputs), Draw(batch, outputs, space));
            Assert.IsTrue(RingConvolution.Suits(a, kernel));
            var found = Gradients(new TorchAlgebra(CPU).Convolve(a, kernel, bias), by, a, kernel, bias);
            var reach = width / 2;
            var wrapped = cat([a.narrow(2, space - reach, reach), a, a.narrow(2, 0, reach)], 2);
            var expected = Gradients(nn.functional.conv1d(wrapped, kernel, bias), by, a, kernel, bias);
            Near(expected, found);
        });
    }

    [TestMethod]
    [DoNotParallelize]
    public void AWindowOfAnyNumberOfChannelsIsReadWhereItLies()
    {
        using var scope = NewDisposeScope();
        OnOneThread(() =>
        {
            var (a, kernel, bias, by) = (Draw(3, 21, 10).detach(), Draw(32, 21, 1), Draw(32), Draw(3, 32, 10));
            Assert.IsTrue(RingConvolution.Suits(a, kernel));
            var found = Gradients(new TorchAlgebra(CPU).Convolve(a, kernel, bias), by, kernel, bias);
            var expected = Gradients(nn.functional.conv1d(a, kernel, bias), by, kernel, bias);
            Near(expected, found);
        });
    }

    [TestMethod]
    [DoNotParallelize]
    public void ARingsBitsDoNotDependOnTheRingsBesideIt()
    {
        using var scope = NewDisposeScope();
        OnOneThread(() =>
        {
            var (a, kernel, bias) = (Draw(5, 32, 11), Draw(32, 32, 3), Draw(32));
            var ops = new TorchAlgebra(CPU);
            var alone = TorchArrays.Plain(ops.Convolve(a.narrow(0, 3, 1), kernel, bias));
            CollectionAssert.AreEqual(alone, TorchArrays.Plain(ops.Convolve(a, kernel, bias).narrow(0, 3, 1)));
        });
    }

    [TestInitialize]
    public void NeedsRegistersOf512Bits()
    {
        if (!StridedProduct.IsFast)
        {
            Assert.Inconclusive("The processor has no registers of 512 bits; LibTorch convolves here.");
        }
    }

    private Tensor Draw(params long[] shape)
    {
        var draws = new Random(_drawn++);
        var values = new float[shape.Aggregate(1L, (product, axis) => product * axis)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = draws.NextSingle() - .5f;
        }

        return TorchArrays.Of(values, shape).requires_grad_(true);
    }

    private static List<(string Name, float[] Values)> Gradients(Tensor result, Tensor by, params Tensor[] inputs)
    {
        foreach (var input in inputs)
        {
            input.grad?.zero_();
        }

        result.backward([by.detach()]);
        return [("result", TorchArrays.Plain(result)), .. inputs.Select((input, i) => ($"gradient by input {i}", TorchArrays.Plain(input.grad!)))];
    }

    private static void Near(List<(string Name, float[] Values)> expected, List<(string Name, float[] Values)> found)
    {
        foreach (var ((name, values), (_, others)) in expected.Zip(found))
        {
            Assert.HasCount(values.Length, others);
            var size = values.Max(Math.Abs);
            Assert.IsGreaterThan(.1f, size, name);
            Assert.IsLessThan(2e-6f * size, values.Zip(others, (v, o) => Math.Abs(v - o)).Max(), name);
        }
    }

    private static void OnOneThread(Action action)
    {
        var before = get_num_threads();
        TorchThreads.Use(1);
        try
        {
            action();
        }
        finally
        {
            TorchThreads.Use(before);
        }
    }
}
