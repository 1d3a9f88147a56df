using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Coda.Training.Algebra;
using TorchSharp;
using static TorchSharp.torch;

namespace Coda.Tests.Torch;

/// <summary>Who frees a tensor, and when.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TorchLifetimeTests
{
    [TestMethod]
    public void NothingIsAliveAfterAScope()
    {
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (NewDisposeScope())
        {
            Tensor x = randn(4, 4, requires_grad: true);
            Tensor y = (x.matmul(x) + 1).relu().sum();
            y.backward();
            _ = x.Gradient()!.norm().item<float>();
            _ = x.split(2);
            _ = x.max(0);
            Assert.IsTrue(DisposeScopeManager.Statistics.ThreadTotalLiveCount > before);
        }
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void TensorsMoveBetweenScopes()
    {
        Tensor outer, detached;
        using (DisposeScope scope = NewDisposeScope())
        {
            Tensor inner;
            using (NewDisposeScope())
            {
                inner = ones(1);
                outer = (inner + 1).MoveToOuterDisposeScope();
                detached = (inner + 2).DetachFromDisposeScope();
            }
            Assert.IsTrue(inner.IsInvalid);
            Assert.IsFalse(outer.IsInvalid);
            Assert.AreEqual(1, scope.DisposablesCount);
            Tensor alias = detached.alias();
            Assert.IsTrue(scope.Contains(alias));
            Assert.IsFalse(scope.Contains(detached));
        }
        Assert.IsTrue(outer.IsInvalid);
        Assert.AreEqual(3f, detached.item<float>());
        detached.Dispose();
    }

    [TestMethod]
    public void ScopesDisposeEverythingButWhatIsNamed()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor keep = ones(1);
        Tensor drop = ones(1);
        scope.DisposeEverythingBut(keep);
        Assert.IsTrue(drop.IsInvalid);
        Assert.IsFalse(keep.IsInvalid);
        Assert.AreEqual(1, scope.DisposablesCount);
        using Tensor result = WrappedTensorDisposeScope(() => (keep + 1) * 2).DetachFromDisposeScope();
        Assert.AreEqual(4f, result.item<float>());
        Assert.AreEqual(1, scope.DisposablesCount);
    }

    [TestMethod]
    public void UseAfterDisposeIsAnError()
    {
        Tensor x = ones(2);
        x.Dispose();
        x.Dispose();
        Assert.IsTrue(x.IsInvalid);
        Assert.ThrowsExactly<InvalidOperationException>(() => _ = x + 1);
        Assert.ThrowsExactly<InvalidOperationException>(() => _ = x.shape);
        Assert.ThrowsExactly<InvalidOperationException>(() => _ = ones(2) + x);
    }

    [TestMethod]
    public void ErrorsCarryTheMessageOfLibTorch()
    {
        using DisposeScope scope = NewDisposeScope();
        ExternalException error = Assert.Throws<ExternalException>(() => ones(2, 3).mm(ones(2, 3))); // TorchSharp's own matmul ends the process here
        StringAssert.Contains(error.Message, "shapes cannot be multiplied (2x3 and 2x3)");
        error = Assert.Throws<ExternalException>(() => _ = ones(3) + ones(4));
        StringAssert.Contains(error.Message, "must match");
        error = Assert.Throws<ExternalException>(() => ones(3).add_(ones(4)));
        StringAssert.Contains(error.Message, "must match");
        Assert.Throws<ArgumentException>(() => ones(3).item<float>());
        Assert.Throws<ArgumentException>(() => ones(3).data<double>());
        Assert.AreEqual(2f, (ones(1) + 1).item<float>());
    }

    [TestMethod]
    public void FinalizersFreeForgottenTensors()
    {
        Settle();
        long before = Tensor.TotalCount;
        Forget();
        Assert.IsTrue(Tensor.TotalCount >= before + 100);
        Settle();
        Assert.IsTrue(Tensor.TotalCount <= before, $"{Tensor.TotalCount} tensors alive, {before} before");
    }

    [TestMethod]
    public void MemoryStaysFlatOverManySmallOperations()
    {
        using Tensor a = ones(16);
        using IDisposable noGrad = no_grad();
        Work(20_000);
        long before = Resident();
        Work(100_000);
        long growth = Resident() - before;
        Assert.IsTrue(growth < 24L << 20, $"resident memory grew by {growth >> 20} MiB");

        void Work(int count)
        {
            for (int i = 0; i < count; i += 10)
            {
                using DisposeScope scope = NewDisposeScope();
                Tensor x = a;
                for (int j = 0; j < 10; j++)
                    x = x + a;
            }
        }
    }

    [TestMethod]
    public void ScopesBelongToTheirThreads()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor? other = null;
        var thread = new Thread(() =>
        {
            other = ones(1);
        });
        thread.Start();
        thread.Join();
        Assert.AreEqual(0, scope.DisposablesCount);
        other!.Dispose();
    }

    [TestMethod]
    public void ThreadsCanBeSet()
    {
        int before = get_num_threads();
        try
        {
            set_num_threads(2);
            Assert.AreEqual(2, get_num_threads());
            using Tensor big = ones(300, 300);
            using Tensor product = big.matmul(big);
            Assert.AreEqual(300f, product[7, 9].item<float>());
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget()
    {
        for (int i = 0; i < 100; i++)
            _ = ones(8);
    }

    private static void Settle()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
