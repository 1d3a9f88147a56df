using System.Runtime.InteropServices;
using Coda.Training.Algebra;
using TorchSharp;
using static TorchSharp.torch;

namespace Coda.Tests.Torch;

/// <summary>Gradients against central differences, and the rules of the graph.</summary>
[TestClass]
public sealed class TorchAutogradTests
{
    private DisposeScope _scope = null!;

    [TestInitialize]
    public void Open() => _scope = NewDisposeScope();

    [TestCleanup]
    public void Close() => _scope.Dispose();

    public static IEnumerable<object[]> Operations() => Sweep.Keys.Select(name => new object[] { name });

    // Each maps x [2, 6], all elements in [0.2, 0.8], to any shape.
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Sweep = new()
    {
        ["add"] = x => x + x * 2,
        ["sub"] = x => 1.5 - x - x.sub(3),
        ["mul"] = x => x * x.flip(1),
        ["div"] = x => x / (x.flip(1) + 1) + 2 / x,
        ["pow"] = x => x.pow(2.5),
        ["square"] = x => x.square(),
        ["sqrt"] = x => x.sqrt(),
        ["rsqrt"] = x => x.rsqrt(),
        ["exp"] = x => x.exp(),
        ["expm1"] = x => x.expm1(),
        ["log"] = x => x.log(),
        ["log1p"] = x => x.log1p(),
        ["sin"] = x => x.sin(),
        ["cos"] = x => x.cos(),
        ["tanh"] = x => x.tanh(),
        ["sigmoid"] = x => x.sigmoid(),
        ["erf"] = x => x.erf(),
        ["relu"] = x => (x - 0.51).relu(),
        ["gelu"] = x => nn.functional.gelu(x),
        ["silu"] = x => x.silu(),
        ["softplus"] = x => nn.functional.softplus(x),
        ["leaky_relu"] = x => nn.functional.leaky_relu(x - 0.51, 0.1),
        ["softmax"] = x => x.softmax(1).square(),
        ["abs"] = x => (x - 0.51).abs(),
        ["clamp"] = x => x.clamp(0.31, 0.69).square(),
        ["maximum"] = x => maximum(x, x.roll(1, 1) * 1.01),
        ["where"] = x => where(x > 0.51, x * 3, x * x),
        ["sum"] = x => x.sum(1).square(),
        ["mean"] = x => x.mean([0]).square(),
        ["var"] = x => x.var(1),
        ["amax"] = x => x.amax([1]),
        ["cumsum"] = x => x.cumsum(1).square(),
        ["norm"] = x => x.norm(),
        ["logsumexp"] = x => x.logsumexp(1),
        ["roll"] = x => x.roll(2, 1) * x,
        ["cat"] = x => cat([x, x * x], 1).square(),
        ["stack"] = x => stack([x, x * x]).square(),
        ["narrow"] = x => x.narrow(1, 1, 3).square(),
        ["slice"] = x => x[TensorIndex.Colon, TensorIndex.Slice(0, null, 2)].square(),
        ["index_select"] = x => x.index_select(1, tensor(new long[] { 0, 0, 5 })).square(),
        ["gather"] = x => x.gather(1, tensor(new long[] { 0, 3, 3, 1 }, [2, 2])).square(),
        ["masked_fill"] = x => x.masked_fill(x > 0.51, 2).square(),
        ["permute"] = x => x.permute(1, 0).matmul(x),
        ["expand"] = x => x.unsqueeze(0).expand(3, 2, 6).square(),
        ["unfold"] = x => x.unfold(1, 3, 1).square(),
        ["matmul"] = x => x.matmul(x.mT),
        ["einsum"] = x => einsum("ij,kj->ik", x, x * 2),
        ["lerp"] = x => x.lerp(x * x, full_like(x, 0.3)),
        ["addcmul"] = x => x.addcmul(x, x, 0.5),
        ["linear"] = x => nn.functional.linear(x, x.flip(0), x.sum(1)),
        ["conv1d"] = x => nn.functional.conv1d(x.unsqueeze(0), x.narrow(1, 0, 3).unsqueeze(0), padding: 1),
        ["conv2d"] = x => nn.functional.conv2d(x.view(1, 1, 2, 6), x.narrow(1, 0, 2).view(1, 1, 2, 2)),
        ["conv_transpose1d"] = x => nn.functional.conv_transpose1d(x.unsqueeze(0), x.narrow(1, 0, 2).unsqueeze(1), stride: 2),
        ["pad circular"] = x => nn.functional.pad(x.unsqueeze(0), [2, 1], PaddingModes.Circular).square(),
        ["pad reflect"] = x => nn.functional.pad(x.unsqueeze(0), [2, 1], PaddingModes.Reflect).square(),
        ["pad replicate"] = x => nn.functional.pad(x.unsqueeze(0), [2, 1], PaddingModes.Replicate).square(),
        ["max_pool1d"] = x => nn.functional.max_pool1d(x, 2).square(),
        ["avg_pool1d"] = x => nn.functional.avg_pool1d(x, 3).square(),
        ["layer_norm"] = x => nn.functional.layer_norm(x, [6]).pow(3),
        ["batch_norm"] = x => nn.functional.batch_norm(x.mT, zeros(2, dtype: float64), ones(2, dtype: float64), training: true).pow(3),
        ["mse_loss"] = x => nn.functional.mse_loss(x, x * x),
        ["cholesky"] = x => linalg.cholesky(x.matmul(x.mT) + eye(2, dtype: float64)),
    };

    [TestMethod]
    [DynamicData(nameof(Operations))]
    public void GradientAgreesWithCentralDifferences(string name)
    {
        Func<Tensor, Tensor> f = Sweep[name];
        double[] x = [0.23, 0.41, 0.62, 0.35, 0.77, 0.54, 0.68, 0.29, 0.47, 0.73, 0.58, 0.38];
        Tensor leaf = tensor(x, [2, 6], requires_grad: true);
        Tensor y = f(leaf);
        // Unequal weights, so that an error in the order of elements shows.
        Tensor weights = linspace(0.5, 1.5, y.numel(), dtype: float64).view(y.shape);
        (y * weights).sum().backward();
        double[] gradient = leaf.Gradient()!.data<double>().ToArray();
        const double h = 1e-6;
        for (int i = 0; i < x.Length; i++)
        {
            double difference = (Value(i, h) - Value(i, -h)) / (2 * h);
            Assert.AreEqual(difference, gradient[i], 1e-6 * (1 + Math.Abs(difference)), $"{name}, element {i}");
        }

        double Value(int i, double step)
        {
            using DisposeScope scope = NewDisposeScope();
            double[] moved = [.. x];
            moved[i] += step;
            return (f(tensor(moved, [2, 6])) * weights).sum().item<double>();
        }
    }

    [TestMethod]
    public void GradientsAccumulateUntilCleared()
    {
        Tensor x = tensor(new[] { 1.0, 2.0 }, requires_grad: true);
        Assert.IsNull(x.Gradient());
        (x * x).sum().backward();
        (x * x).sum().backward();
        CollectionAssert.AreEqual(new[] { 4.0, 8.0 }, x.Gradient()!.data<double>().ToArray());
        x.Gradient()!.zero_();
        (x * 3).sum().backward();
        CollectionAssert.AreEqual(new[] { 3.0, 3.0 }, x.Gradient()!.data<double>().ToArray());
    }

    [TestMethod]
    public void SecondDerivative()
    {
        Tensor x = tensor(new[] { 2.0 }, requires_grad: true);
        Tensor first = autograd.grad([x.pow(3)], [x], create_graph: true)[0];
        Tensor second = autograd.grad([first], [x])[0];
        Assert.AreEqual(12.0, first.item<double>(), 1e-12);
        Assert.AreEqual(12.0, second.item<double>(), 1e-12);
    }

    [TestMethod]
    public void VectorJacobianProductsAndUnusedInputs()
    {
        Tensor x = tensor(new[] { 1.0, 2.0 }, requires_grad: true);
        Tensor unused = tensor(new[] { 1.0 }, requires_grad: true);
        IList<Tensor> gradients = autograd.grad([x * x], [x, unused], [tensor(new[] { 1.0, 10.0 })], allow_unused: true);
        CollectionAssert.AreEqual(new[] { 2.0, 40.0 }, gradients[0].data<double>().ToArray());
        Assert.IsTrue(gradients[1].IsInvalid);
        (x * x).backward([tensor(new[] { 3.0, 0.0 })]);
        CollectionAssert.AreEqual(new[] { 6.0, 0.0 }, x.Gradient()!.data<double>().ToArray());
    }

    [TestMethod]
    public void ModesSwitchRecordingAndComeBack()
    {
        Tensor x = ones(2, requires_grad: true);
        Assert.IsTrue(is_grad_enabled());
        using (no_grad())
        {
            Assert.IsFalse(is_grad_enabled());
            Assert.IsFalse((x * 2).requires_grad);
            using (enable_grad())
                Assert.IsTrue((x * 2).requires_grad);
            Assert.IsFalse(is_grad_enabled());
        }
        Assert.IsTrue((x * 2).requires_grad);
        Assert.IsFalse((x * 2).detach().requires_grad);
        Assert.IsTrue(x.is_leaf);
        Assert.IsFalse((x * 2).is_leaf);
    }

    [TestMethod]
    public void AScalarConvertedAtItsBirthIsNoLeaf()
    {
        Tensor plain = tensor(3f, requires_grad: true);
        Assert.IsTrue(plain.is_leaf && plain.requires_grad);
        plain.square().backward();
        Assert.AreEqual(6f, plain.Gradient()!.item<float>());

        // With a type, a float is taken for a double and converted by an operation of the graph: the gradient goes elsewhere.
        Tensor converted = tensor(3f, dtype: float32, requires_grad: true);
        Assert.AreEqual(float32, converted.dtype);
        Assert.IsTrue(converted.requires_grad);
        Assert.IsFalse(converted.is_leaf);
        converted.square().backward();
        Assert.IsNull(converted.Gradient());
    }

    [TestMethod]
    public void TheGraphIsFreedUnlessRetained()
    {
        Tensor x = tensor(new[] { 2.0 }, requires_grad: true);
        Tensor y = x * x;
        autograd.backward([y], retain_graph: true); // the tensor's own backward takes it for create_graph in 0.99
        y.backward();
        Assert.AreEqual(8.0, x.Gradient()!.item<double>());
        ExternalException error = Assert.Throws<ExternalException>(() => y.backward());
        StringAssert.Contains(error.Message, "backward through the graph a second time");
    }

    [TestMethod]
    public void ParametersTakeOverAndAreClippedTogether()
    {
        Tensor data = ones(3);
        TorchSharp.Modules.Parameter p = nn.Parameter(data);
        Assert.IsTrue(data.IsInvalid);
        Assert.IsTrue(p.requires_grad && p.is_leaf);
        TorchSharp.Modules.Parameter q = nn.Parameter(ones(1));
        ((p * 2).sum() + q.sum() * 2).backward();
        Assert.AreEqual(4.0, nn.utils.clip_grad_norm_([p, q], 1.0), 1e-6);
        Assert.AreEqual(0.5f, p.Gradient()![0].item<float>(), 1e-5f);
        using (no_grad())
            p.sub_(p.Gradient()! * 2);
        Assert.AreEqual(0f, p[0].item<float>(), 1e-5f);
    }

    [TestMethod]
    public void InitialValuesFollowTheFan()
    {
        manual_seed(1);
        Tensor w = empty(64, 32, 3, requires_grad: true);
        nn.init.kaiming_uniform_(w, Math.Sqrt(5));
        double bound = 1 / Math.Sqrt(32 * 3);
        Assert.IsTrue(w.abs().max().item<float>() <= bound);
        Assert.AreEqual(bound / Math.Sqrt(3), w.std().item<float>(), 0.03 * bound);
        Assert.AreEqual(0f, nn.init.zeros_(w).abs().max().item<float>());
        Assert.IsTrue(w.is_leaf && w.requires_grad);
    }
}
