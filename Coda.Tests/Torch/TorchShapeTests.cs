using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Coda.Tests.Torch;

/// <summary>Shapes, indexing, padding and convolution.</summary>
[TestClass]
public sealed class TorchShapeTests
{
    private DisposeScope _scope = null!;

    [TestInitialize]
    public void Open() => _scope = NewDisposeScope();

    [TestCleanup]
    public void Close() => _scope.Dispose();

    [TestMethod]
    public void ShapesChange()
    {
        Tensor a = arange(6, dtype: float32).view(2, 3);
        Is([3, 2], [0, 3, 1, 4, 2, 5], a.t());
        Is([3, 2], [0, 3, 1, 4, 2, 5], a.transpose(0, 1).contiguous());
        Is([3, 2], [0, 1, 2, 3, 4, 5], a.reshape(3, -1));
        Is([6], [0, 1, 2, 3, 4, 5], a.flatten());
        Is([2, 1, 3], [0, 1, 2, 3, 4, 5], a.unsqueeze(1));
        Is([2, 3], [0, 1, 2, 3, 4, 5], a.unsqueeze(1).squeeze(1));
        Is([2, 3], [2, 0, 1, 5, 3, 4], a.roll(1, 1));
        Is([2, 3], [5, 0, 1, 2, 3, 4], a.roll(1));
        Is([2, 3], [5, 3, 4, 2, 0, 1], a.roll([1, 1], [0, 1]));
        Is([2, 3], [2, 1, 0, 5, 4, 3], a.flip(1));
        Is([4, 3], [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5], a.repeat(2, 1));
        Is([2, 2, 2], [0, 1, 1, 2, 3, 4, 4, 5], a.unfold(1, 2, 1));
        Is([2, 2], [0, 2, 1, 3], a.as_strided([2, 2], [1, 2]));
        Is([2, 3], [0, 0, 0, 3, 4, 0], a.tril());
        Is([2], [0, 4], a.diagonal(0, 0, 1));
        Is([1, 2, 3], [0, 1, 2, 3, 4, 5], movedim(a.unsqueeze(2), 2, 0));
        Is([4, 3], [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5], cat([a, a]));
        Is([2, 2, 3], [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5], stack([a, a], 1));
        Is([2, 2], [0, 1, 3, 4], a.split([2, 1], 1)[0]);
        Is([2, 1], [2, 5], a.split(2, 1)[1]);
        Assert.AreEqual(3, a.chunk(3, 1).Length);
        Is([2], [1, 4], a.unbind(1)[1]);
        Assert.AreEqual(3, a.size(-1));
        Assert.AreEqual(2, a.ndim);
        Assert.IsTrue(a.is_contiguous());
        Assert.IsFalse(a.t().is_contiguous());
    }

    [TestMethod]
    public void OneTensorIsNotCopiedToBeJoined()
    {
        Tensor a = zeros(2);
        Tensor joined = cat([a]);
        a.fill_(3);
        Is([2], [3, 3], joined);
        Assert.Throws<ArgumentException>(() => cat(Array.Empty<Tensor>()));
    }

    [TestMethod]
    public void IndicesRead()
    {
        Tensor a = arange(12, dtype: float32).view(3, 4);
        Is([4], [4, 5, 6, 7], a[1]);
        Is([], [6], a[1, 2]);
        Is([3], [3, 7, 11], a[TensorIndex.Ellipsis, -1]);
        Is([3], [1, 5, 9], a[TensorIndex.Colon, 1]);
        Is([2, 2], [0, 2, 4, 6], a[TensorIndex.Slice(0, 2), TensorIndex.Slice(null, null, 2)]);
        Is([2, 4], [4, 5, 6, 7, 8, 9, 10, 11], a[1..]);
        Is([1, 3, 4], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], a[TensorIndex.None]);
        Is([2], [1, 11], a[tensor(new long[] { 0, 2 }), tensor(new long[] { 1, 3 })]);
        Is([2], [10, 11], a[a > 9]);
        Is([3, 2], [1, 2, 5, 6, 9, 10], a.narrow(1, 1, 2));
        Is([3, 2], [0, 3, 4, 7, 8, 11], a.slice(1, 0, 4, 3));
        Is([4], [8, 9, 10, 11], a.select(0, 2));
        Is([2], [10, 11], a.masked_select(a > 9));
        Is([3, 1], [1, 6, 8], a.gather(1, tensor(new long[] { 1, 2, 0 }, [3, 1])));
    }

    [TestMethod]
    public void IndicesWrite()
    {
        Tensor a = zeros(2, 3);
        a[0, 1] = tensor(5f);
        a[1] = tensor(new[] { 7f, 8f, 9f });
        a[TensorIndex.Colon, 2] = tensor(-1f);
        Is([2, 3], [0, 5, -1, 7, 8, -1], a);
        a.index_put_(2, a < 0);
        a[a > 6] = tensor(0f);
        Is([2, 3], [0, 5, 2, 0, 0, 2], a);
        a.index_add_(1, tensor(new long[] { 0, 0 }), ones(2, 2), 1);
        Is([2, 3], [2, 5, 2, 2, 0, 2], a);
    }

    [TestMethod]
    public void PaddingContinuesAsItsModeSays()
    {
        Tensor a = tensor(new[] { 1f, 2, 3, 4 }, [1, 1, 4]);
        Is([1, 1, 7], [3, 4, 1, 2, 3, 4, 1], F.pad(a, (2, 1), PaddingModes.Circular));
        Is([1, 1, 7], [3, 2, 1, 2, 3, 4, 3], F.pad(a, (2, 1), PaddingModes.Reflect));
        Is([1, 1, 7], [1, 1, 1, 2, 3, 4, 4], F.pad(a, (2, 1), PaddingModes.Replicate));
        Is([1, 1, 7], [9, 9, 1, 2, 3, 4, 9], F.pad(a, (2, 1), PaddingModes.Constant, 9));
        Is([1, 1, 3], [2, 3, 4], F.pad(a, [-1, 0]));
    }

    [TestMethod]
    public void ConvolutionAgreesWithANaiveLoop()
    {
        manual_seed(3);
        Tensor x = randn(2, 3, 10), w = randn(4, 3, 3), b = randn(4);
        Tensor y = F.conv1d(x, w, b, stride: 2, padding: 1, dilation: 2);
        long length = (10 + 2 - 2 * 2 - 1) / 2 + 1;
        CollectionAssert.AreEqual(new[] { 2, 4, length }, y.shape);
        for (int n = 0; n < 2; n++)
        {
            for (int o = 0; o < 4; o++)
            {
                for (int i = 0; i < length; i++)
                {
                    double sum = b.ReadCpuSingle(o);
                    for (int c = 0; c < 3; c++)
                    {
                        for (int k = 0; k < 3; k++)
                        {
                            int at = 2 * i - 1 + 2 * k;
                            if (at is >= 0 and < 10)
                                sum += x.data<float>()[n, c, at] * w.data<float>()[o, c, k];
                        }
                    }
                    Assert.AreEqual(sum, y.data<float>()[n, o, i], 1e-4);
                }
            }
        }
    }

    [TestMethod]
    public void LayersAgreeWithTheirFormulas()
    {
        manual_seed(4);
        Tensor x = randn(3, 4, 6);
        Tensor w = randn(4, 2, 2);
        Tensor up = F.conv_transpose1d(x, w, stride: 2);
        CollectionAssert.AreEqual(new long[] { 3, 2, 12 }, up.shape);
        Tensor expected = einsum("bci,cok->boik", x, w).reshape(3, 2, 12);
        Assert.IsTrue(up.allclose(expected, 1e-4, 1e-5));
        Tensor kernel = randn(2, 1, 2, 3);
        Tensor image = x.unsqueeze(1);
        Tensor patches = image.unfold(2, 2, 1).unfold(3, 3, 1);
        Assert.IsTrue(F.conv2d(image, kernel).allclose(einsum("bcijkl,ockl->boij", patches, kernel), 1e-4, 1e-5));
        Assert.IsTrue(F.max_pool1d(x, 2, 2).allclose(x.reshape(3, 4, 3, 2).amax([3])));
        Assert.IsTrue(F.avg_pool1d(x, 3, 3).allclose(x.reshape(3, 4, 2, 3).mean([3]), 1e-4, 1e-6));
        Assert.IsTrue(F.max_pool2d(image, [2, 2], [2, 2]).allclose(image.reshape(3, 1, 2, 2, 3, 2).amax([3, 5])));
        Tensor normalized = (x - x.mean([2], true)) / (x.var([2], false, true) + 1e-5).sqrt();
        Assert.IsTrue(F.layer_norm(x, [6]).allclose(normalized, 1e-4, 1e-5));
        Tensor weight = randn(5, 6), bias = randn(5);
        Assert.IsTrue(F.linear(x, weight, bias).allclose(x.matmul(weight.t()) + bias, 1e-4, 1e-5));
        Tensor mean = zeros(4), variance = ones(4);
        Tensor bn = F.batch_norm(x, mean, variance, training: true, momentum: 0.5);
        Assert.IsTrue(mean.allclose(x.mean([0, 2]) * 0.5, 1e-4, 1e-5));
        Assert.AreEqual(0f, bn.mean().item<float>(), 1e-5f);
        Assert.IsTrue(F.batch_norm(x, mean, variance).allclose((x - mean.view(1, 4, 1)) / (variance.view(1, 4, 1) + 1e-5).sqrt(), 1e-4, 1e-5));
        Assert.IsTrue(F.dropout(x, 0.5, training: false).allclose(x));
        Assert.AreEqual(x.square().mean().item<float>(), F.mse_loss(x, zeros_like(x)).item<float>(), 1e-5f);
        Assert.AreEqual(x.square().sum().item<float>(), F.mse_loss(x, zeros_like(x), nn.Reduction.Sum).item<float>(), 1e-3f);
    }

    private static void Is(long[] shape, float[] values, Tensor actual)
    {
        CollectionAssert.AreEqual(shape, actual.shape);
        CollectionAssert.AreEqual(values, actual.data<float>().ToArray());
    }
}
