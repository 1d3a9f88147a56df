using Coda.Training.Algebra;
using static TorchSharp.torch;

namespace Coda.Tests.Training;

[TestClass]
public sealed class TorchNumbersTests
{
    [TestMethod]
    public void NumbersOutliveTheCallsThatTakeThem()
    {
        // Collections as fast as they go, also during calls: with TorchSharp's own operators some ten of these rounds end with an error.
        using var ended = new CancellationTokenSource();
        var collecting = Task.Run(() =>
        {
            while (!ended.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        try
        {
            for (var i = 0; i < 20_000; i++)
            {
                using var scope = NewDisposeScope();
                using var guard = no_grad();
                var a = ones(4096).Times(3);
                var b = a.Plus(a).Plus(1).Times(2).Over(7).ToPower(2); // ((3 + 3 + 1) 2 / 7)^2
                var c = a.clone().Scale(2).Add(b, 0.5).Add(1).AddProduct(b, b, 0.25).AddQuotient(b, a, 3); // 6 + 2 + 1 + 4 + 4
                Assert.AreEqual(4f, b.max().item<float>());
                Assert.AreEqual(17f, c.min().item<float>());
                Assert.AreEqual(4096, c.IsAbove(16.5).sum().item<long>());
            }
        }
        finally
        {
            ended.Cancel();
            collecting.Wait();
        }
    }
}
