using TorchSharp;
using static TorchSharp.torch;

namespace Coda.Tests.Torch;

/// <summary>Members that TorchSharp did not have in 0.99; Coda itself uses none of them. An older release leaves this file out.</summary>
[TestClass]
public sealed class TorchRecentTests
{
    private DisposeScope _scope = null!;

    [TestInitialize]
    public void Open() => _scope = NewDisposeScope();

    [TestCleanup]
    public void Close() => _scope.Dispose();

    [TestMethod]
    public void ProductsAndTheirGradients()
    {
        Tensor x = tensor(new[] { 1.0, 2, 3, 4, 5, 9 }, [2, 3], requires_grad: true);
        Assert.AreEqual(1080.0, x.prod().ToDouble());
        CollectionAssert.AreEqual(new[] { 6.0, 180 }, x.prod(1).data<double>().ToArray());
        x.prod().backward();
        CollectionAssert.AreEqual(new[] { 1080.0, 540, 360, 270, 216, 120 }, x.grad!.data<double>().ToArray());
    }

    [TestMethod]
    public void GradientsCanBeSet()
    {
        Tensor x = tensor(new[] { 1.0, 2.0 }, requires_grad: true);
        (x * x).sum().backward();
        x.grad = null;
        Assert.IsNull(x.grad);
        x.grad = tensor(new[] { 7.0, 7.0 });
        Assert.AreEqual(14.0, x.grad!.sum().item<double>());
    }

    [TestMethod]
    public void NoGraphIsRecordedInInferenceMode()
    {
        Tensor x = ones(2, requires_grad: true);
        using (inference_mode())
        {
            Assert.IsTrue(is_inference_mode_enabled());
            Assert.IsFalse((x * 2).requires_grad);
        }
        Assert.IsFalse(is_inference_mode_enabled());
        Assert.IsTrue((x * 2).requires_grad);
    }

    [TestMethod]
    public void SiluOfTheFunctionalKindIsTheTensors()
    {
        Tensor x = tensor(new[] { -1.5, 0, 2.5 });
        CollectionAssert.AreEqual(x.silu().data<double>().ToArray(), nn.functional.silu(x).data<double>().ToArray());
    }

    [TestMethod]
    public void MemoryAndSpansGoInAndOut()
    {
        Tensor a = tensor(new Memory<float>([1f, 2f, 3f], 0, 2), [2]);
        CollectionAssert.AreEqual(new[] { 1f, 2f }, a.data<float>().ToArray());
        var some = new float[4];
        a.data<float>().CopyTo(some.AsSpan(), 1, 0);
        CollectionAssert.AreEqual(new[] { 0f, 1, 2, 0 }, some);
        a.data<float>().CopyFrom((ReadOnlySpan<float>)[8, 9], 1, 0);
        CollectionAssert.AreEqual(new[] { 9f, 2 }, a.data<float>().ToArray());
    }

    [TestMethod]
    public void TensorsMoveToTheScopeOfAnother()
    {
        Assert.AreSame(_scope, CurrentDisposeScope);
        Tensor outer = ones(1), moved;
        using (NewDisposeScope())
            moved = ones(1).MoveToOtherDisposeScope(outer);
        Assert.IsTrue(_scope.Contains(moved));
        Tensor attached = ones(1).DetachFromDisposeScope().MoveToOtherDisposeScope(outer);
        Assert.IsTrue(_scope.Contains(attached));
    }

    [TestMethod]
    public void AThreadStartsWithoutAScope()
    {
        DisposeScope? current = _scope;
        var thread = new Thread(() => current = CurrentDisposeScope);
        thread.Start();
        thread.Join();
        Assert.IsNull(current);
    }

    [TestMethod]
    public void NormalizationNeedsNoRunningStatistics()
    {
        Tensor x = tensor(new[] { 1f, 2, 3, 5, 7, 9 }, [3, 2]);
        Tensor y = nn.functional.batch_norm(x, null, null, training: true);
        Assert.IsTrue(y.mean([0]).allclose(zeros(2), 0, 1e-6));
    }
}
