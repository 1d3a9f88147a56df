using System.Runtime.InteropServices;
using Coda.Training.Algebra;
using TorchSharp;
using static TorchSharp.torch;

namespace Coda.Tests.Training;

/// <summary>What Coda relies on in TorchSharp and could not see fail elsewhere: gradients, scopes, threads, errors.</summary>
[TestClass]
public sealed class TorchBehaviorTests
{
    [TestMethod]
    public void GradientsAccumulateUntilCleared()
    {
        using var scope = NewDisposeScope();
        var x = TorchArrays.Of([1, 2]).requires_grad_(true);
        Assert.IsNull(x.grad);
        (x * x).sum().backward();
        (x * x).sum().backward();
        CollectionAssert.AreEqual(new[] { 4f, 8f }, x.grad!.data<float>().ToArray());
        x.grad!.zero_();
        x.Times(3).sum().backward();
        CollectionAssert.AreEqual(new[] { 3f, 3f }, x.grad!.data<float>().ToArray());
    }

    [TestMethod]
    public void AScopeDisposesWhatWasMadeInItsThread()
    {
        Tensor inner, kept;
        Tensor? other = null;
        using (var scope = NewDisposeScope())
        {
            inner = ones(2);
            kept = inner.Plus(1).DetachFromDisposeScope();
            var thread = new Thread(() => other = ones(3)); // a thread starts without a scope
            thread.Start();
            thread.Join();
            Assert.AreEqual(1, scope.DisposablesCount);
        }

        Assert.IsTrue(inner.IsInvalid);
        Assert.ThrowsExactly<InvalidOperationException>(() => _ = inner.shape);
        Assert.AreEqual(2f, kept[0].item<float>());
        Assert.AreEqual(3, other!.numel());
        kept.Dispose();
        other.Dispose();
    }

    [TestMethod]
    [DoNotParallelize] // their number belongs to the whole process, and bits depend on it
    public void ThreadsAreThoseThatWereSet()
    {
        var before = get_num_threads();
        set_num_threads(2);
        Assert.AreEqual(2, get_num_threads());
        set_num_threads(before);
    }

    [TestMethod]
    public void AnErrorOfLibTorchIsAnException()
    {
        using var scope = NewDisposeScope();
        StringAssert.Contains(Assert.Throws<ExternalException>(() => ones(2, 3).mm(ones(2, 3))).Message, "shapes cannot be multiplied (2x3 and 2x3)");
        Assert.AreEqual(2f, ones(1).Plus(1).item<float>(), "and the next operation goes on");
    }
}
