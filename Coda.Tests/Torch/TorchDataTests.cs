using TorchSharp;
using static TorchSharp.torch;

namespace Coda.Tests.Torch;

/// <summary>Creation, reading and writing of elements, conversion.</summary>
[TestClass]
public sealed class TorchDataTests
{
    private DisposeScope _scope = null!;

    [TestInitialize]
    public void Open() => _scope = NewDisposeScope();

    [TestCleanup]
    public void Close() => _scope.Dispose();

    [TestMethod]
    public void FactoriesFillAsTheySay()
    {
        Assert.AreEqual(0f, zeros(2, 3).abs().max().item<float>());
        Assert.AreEqual(6f, ones([2, 3]).sum().item<float>());
        Assert.AreEqual(ScalarType.Int64, full(2, 3).dtype);
        Assert.AreEqual(ScalarType.Float32, full(2, 2.5).dtype);
        Assert.AreEqual(ScalarType.Float64, full([2], 3, dtype: float64).dtype);
        CollectionAssert.AreEqual(new long[] { 0, 1, 2 }, arange(3).data<long>().ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 1.5f }, arange(1, 2, 0.5).data<float>().ToArray());
        CollectionAssert.AreEqual(new[] { 0.0, 0.5, 1.0 }, linspace(0, 1, 3, dtype: float64).data<double>().ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 0f, 0f, 1f }, eye(2).data<float>().ToArray());
        Tensor like = ones_like(zeros(2, 3, dtype: float64));
        Assert.AreEqual(ScalarType.Float64, like.dtype);
        CollectionAssert.AreEqual(new long[] { 2, 3 }, like.shape);
        Assert.AreEqual(7f, full_like(zeros(1), 7).item<float>());
        Assert.IsTrue(zeros(2, requires_grad: true).requires_grad);
    }

    [TestMethod]
    public void TypesOfData()
    {
        Assert.AreEqual(ScalarType.Float32, tensor(1f).dtype);
        Assert.AreEqual(ScalarType.Float64, tensor(1.0).dtype);
        Assert.AreEqual(ScalarType.Int64, tensor(1L).dtype);
        Assert.AreEqual(ScalarType.Int32, tensor(1).dtype);
        Assert.AreEqual(ScalarType.Bool, tensor(true).dtype);
        Assert.AreEqual(ScalarType.Float32, tensor(new[] { 1.0, 2.0 }, dtype: float32).dtype);
        CollectionAssert.AreEqual(new long[] { 2, 2 }, tensor(new[,] { { 1, 2 }, { 3, 4 } }).shape);
        Assert.AreEqual(3, tensor(new[,] { { 1, 2 }, { 3, 4 } })[1, 0].item<int>());
        CollectionAssert.AreEqual(new[] { true, false }, tensor(new[] { true, false }).data<bool>().ToArray());
        Assert.AreEqual(0, tensor(Array.Empty<float>()).numel());
        Assert.Throws<ArgumentException>(() => tensor(new[] { 1f }, [2]));
    }

    [TestMethod]
    public void TensorsCopyArraysAndFromArraySharesThem()
    {
        float[] data = [1, 2, 3];
        Tensor copy = tensor(data);
        Tensor shared = from_array(data);
        data[0] = 9;
        Assert.AreEqual(1f, copy[0].item<float>());
        Assert.AreEqual(9f, shared[0].item<float>());
        shared[1] = tensor(8f);
        Assert.AreEqual(8f, data[1]);
        CollectionAssert.AreEqual(new long[] { 2, 2 }, from_array(new double[2, 2]).shape);
    }

    [TestMethod]
    public void AccessorsReadAndWriteWhateverTheStrides()
    {
        Tensor a = arange(6, dtype: float32).view(2, 3);
        Tensor t = a.t();
        CollectionAssert.AreEqual(new[] { 0f, 3, 1, 4, 2, 5 }, t.data<float>().ToArray());
        CollectionAssert.AreEqual(new[] { 0f, 3, 1, 4, 2, 5 }, t.data<float>().ToList());
        Assert.AreEqual(4f, t.data<float>()[1, 1]);
        Assert.AreEqual(4f, t.data<float>()[3]);
        var some = new float[4];
        t.data<float>().CopyTo(some, 1, 0);
        CollectionAssert.AreEqual(new[] { 0f, 0, 3, 1 }, some);
        a.data<float>().CopyTo(some, 1, 3);
        CollectionAssert.AreEqual(new[] { 0f, 3, 4, 5 }, some);
        t.data<float>().CopyFrom([9, 10, 11], 1, 0); // from its start: TorchSharp's accessors lose their way from the middle of a view
        CollectionAssert.AreEqual(new[] { 10f, 1, 2, 11, 4, 5 }, a.data<float>().ToArray());
        a.data<float>()[0, 2] = 7;
        Assert.AreEqual(7f, a[0, 2].item<float>());
        Assert.AreEqual(1f, ((float[,])a.data<float>().ToNDArray())[0, 1]);
        Assert.AreEqual(6, a.data<float>().Count);
    }

    [TestMethod]
    public void BytesAreTheMemory()
    {
        Tensor a = zeros(2);
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(a.bytes)[1] = 5;
        Assert.AreEqual(5f, a[1].item<float>());
        a.bytes = ones(2).bytes;
        Assert.AreEqual(2f, a.sum().item<float>());
        Assert.Throws<SystemException>(() => _ = ones(2, 2).t().bytes.Length);
        Assert.Throws<ArgumentException>(() => a.bytes = new byte[3]);
    }

    [TestMethod]
    public void Conversions()
    {
        Tensor a = tensor(new[] { 1.9, -1.9 });
        CollectionAssert.AreEqual(new long[] { 1, -1 }, a.to(int64).data<long>().ToArray());
        Assert.AreEqual(ScalarType.Float32, a.@float().dtype);
        Assert.AreEqual(1.9, a[0].ToDouble());
        Assert.AreEqual(1.9f, (float)a[0]);
        Assert.AreEqual(1, a[0].ToInt32());
        Assert.IsTrue(a[0].ToBoolean());
        Assert.AreEqual("cpu", a.device.ToString());
        Assert.AreEqual(DeviceType.CPU, a.cpu().device_type);
        Assert.AreEqual("[2], type = Float64, device = cpu", a.ToString());
        Assert.AreEqual(cuda.is_available(), cuda.device_count() > 0);
        Assert.AreEqual(cuda.is_available(), TryInitializeDeviceType(DeviceType.CUDA));
        Assert.AreEqual("cuda:1", new Device("cuda:1").ToString());
    }

    [TestMethod]
    public void TheSameSeedGivesTheSameNumbers()
    {
        manual_seed(7);
        Tensor a = randn(5);
        manual_seed(7);
        Assert.IsTrue(a.Equals(randn(5)));
        Tensor u = empty(1000).uniform_(2, 3);
        Assert.IsTrue(u.min().item<float>() >= 2 && u.max().item<float>() < 3);
        Tensor n = empty(4000, dtype: float64).normal_(5, 2);
        Assert.AreEqual(5, n.mean().item<double>(), 0.2);
        Assert.AreEqual(2, n.std().item<double>(), 0.2);
        CollectionAssert.AreEquivalent(new long[] { 0, 1, 2, 3 }, randperm(4).data<long>().ToArray());
    }
}
