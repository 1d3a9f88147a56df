using TorchSharp;
using static TorchSharp.torch;

namespace Coda.Tests.Torch;

/// <summary>Elementwise operations against values computed by hand or by <see cref="Math"/>.</summary>
[TestClass]
public sealed class TorchArithmeticTests
{
    private DisposeScope _scope = null!;

    [TestInitialize]
    public void Open() => _scope = NewDisposeScope();

    [TestCleanup]
    public void Close() => _scope.Dispose();

    [TestMethod]
    public void OperatorsComputeElementwise()
    {
        Tensor a = tensor(new[] { 1f, 2f, 3f });
        Tensor b = tensor(new[] { 4f, 5f, 8f });
        AreEqual([5, 7, 11], a + b);
        AreEqual([-3, -3, -5], a - b);
        AreEqual([4, 10, 24], a * b);
        AreEqual([4, 2.5, 8.0 / 3], b / a);
        AreEqual([0, 1, 2], b % a);
        AreEqual([-1, -2, -3], -a);
        AreEqual([3, 4, 5], a + 2);
        AreEqual([1, 0, -1], 2 - a);
        AreEqual([2, 1, 2.0 / 3], 2.0 / a);
        AreEqual([0.5, 1, 1.5], a * 0.5f);
        AreEqual([9, 12, 19], a.add(b, 2));
    }

    [TestMethod]
    public void ShapesBroadcast()
    {
        Tensor column = tensor(new[] { 1f, 2f }, [2, 1]);
        Tensor row = tensor(new[] { 10f, 20f, 30f }, [1, 3]);
        Tensor sum = column + row;
        CollectionAssert.AreEqual(new long[] { 2, 3 }, sum.shape);
        AreEqual([11, 21, 31, 12, 22, 32], sum);
    }

    [TestMethod]
    public void FunctionsAgreeWithMath()
    {
        double[] x = [0.1, 0.4, 0.9];
        Tensor t = tensor(x);
        var cases = new (Func<Tensor, Tensor> Torch, Func<double, double> Expected)[]
        {
            (abs, Math.Abs), (neg, v => -v), (sign, v => Math.Sign(v)), (sqrt, Math.Sqrt), (rsqrt, v => 1 / Math.Sqrt(v)), (exp, Math.Exp),
            (expm1, v => Math.Exp(v) - 1), (log, Math.Log), (log1p, v => Math.Log(1 + v)), (sin, Math.Sin), (cos, Math.Cos), (tan, Math.Tan),
            (torch.tanh, Math.Tanh), (torch.sigmoid, v => 1 / (1 + Math.Exp(-v))), (floor, Math.Floor), (ceil, Math.Ceiling),
            (v => torch.round(v), Math.Round), (trunc, Math.Truncate), (reciprocal, v => 1 / v), (square, v => v * v), (exp2, v => Math.Pow(2, v)),
            (log2, Math.Log2), (log10, Math.Log10), (sinh, Math.Sinh), (cosh, Math.Cosh), (asin, Math.Asin), (acos, Math.Acos), (atan, Math.Atan),
            (frac, v => v - Math.Truncate(v)), (v => v.relu(), v => Math.Max(v, 0)), (v => v.silu(), v => v / (1 + Math.Exp(-v))),
            (v => nn.functional.softplus(v), v => Math.Log(1 + Math.Exp(v))), (v => v.leaky_relu(0.1), v => v), (v => v.pow(3), v => v * v * v),
            (v => v.clamp(0.2, 0.5), v => Math.Clamp(v, 0.2, 0.5)), (v => v.clamp_min(0.3), v => Math.Max(v, 0.3)),
            (v => v.clamp_max(0.3), v => Math.Min(v, 0.3)), (v => v.round(1), v => Math.Round(v, 1)),
        };
        for (int i = 0; i < cases.Length; i++)
            AreEqual([.. x.Select(cases[i].Expected)], cases[i].Torch(t), $"case {i}");
        AreEqual([Erf(0.1), Erf(0.4), Erf(0.9)], erf(t), "erf", 1e-6);
        AreEqual([.. x.Select(v => v * 0.5 * (1 + Erf(v / Math.Sqrt(2))))], nn.functional.gelu(t), "gelu", 1e-6);
    }

    [TestMethod]
    public void InPlaceFormsAgreeWithTheOthers()
    {
        var pairs = new (Func<Tensor, Tensor> InPlace, Func<Tensor, Tensor> Plain)[]
        {
            (t => t.abs_(), t => t.abs()), (t => t.neg_(), t => t.neg()), (t => t.sqrt_(), t => t.sqrt()), (t => t.exp_(), t => t.exp()),
            (t => t.log_(), t => t.log()), (t => t.sin_(), t => t.sin()), (t => t.cos_(), t => t.cos()), (t => t.tanh_(), t => t.tanh()),
            (t => t.sigmoid_(), t => t.sigmoid()), (t => t.relu_(), t => t.relu()), (t => t.floor_(), t => t.floor()), (t => t.rsqrt_(), t => t.rsqrt()),
            (t => t.add_(2), t => t + 2), (t => t.sub_(2), t => t - 2), (t => t.mul_(2.5), t => t * 2.5), (t => t.div_(4), t => t / 4),
            (t => t.pow_(2), t => t.pow(2)), (t => t.clamp_(0.5, 1.5), t => t.clamp(0.5, 1.5)), (t => t.zero_(), t => t * 0),
            (t => t.fill_(3), t => t * 0 + 3), (t => t.add_(t, 3), t => t * 4), (t => t.reciprocal_(), t => 1 / t),
            (t => t.addcmul_(t, t, 2), t => t + 2 * t * t), (t => t.addcdiv_(t, t, 2), t => t + 2), (t => t.lerp_(t + 1, full_like(t, 0.25)), t => t + 0.25),
            (t => t.masked_fill_(t > 1, -1), t => where(t > 1, full_like(t, -1), t)), (t => t.copy_(t * 2), t => t * 2),
        };
        for (int i = 0; i < pairs.Length; i++)
        {
            Tensor start = tensor(new[] { 0.5, 1.25, 2.0 });
            Tensor expected = pairs[i].Plain(start.clone());
            // The result is the tensor itself, or another handle of it in older releases.
            Tensor result = pairs[i].InPlace(start);
            Assert.IsTrue(start.allclose(expected), $"pair {i}");
            start.add_(1);
            Assert.IsTrue(result.allclose(expected + 1), $"pair {i}");
        }
    }

    [TestMethod]
    public void ComparisonsAndLogic()
    {
        Tensor a = tensor(new[] { 1f, 2f, float.NaN, float.PositiveInfinity });
        Truths([true, false, false, false], a < 2);
        Truths([true, true, false, false], a <= 2);
        Truths([false, false, false, true], a > 2);
        Truths([false, true, false, true], a >= 2);
        Truths([false, true, false, false], a == 2);
        Truths([true, false, true, true], a != 2);
        Truths([true, true, false, false], 2 >= a);
        Truths([false, false, true, false], isnan(a));
        Truths([false, false, false, true], isinf(a));
        Truths([true, true, false, false], isfinite(a));
        Truths([false, false, true, true], logical_not(isfinite(a)));
        Truths([false, false, false, true], logical_and(a > 1, isinf(a)));
        Truths([true, false, true, false], logical_or(a < 2, isnan(a)));
        AreEqual([1, 2, 2, 2], where(a <= 2, a, full_like(a, 2)));
        AreEqual([1, 2], maximum(tensor(new[] { 1f, -2f }), tensor(new[] { 0f, 2f })));
        AreEqual([0, -2], minimum(tensor(new[] { 1f, -2f }), tensor(new[] { 0f, 2f })));
    }

    [TestMethod]
    public void ReductionsOverAllAndOverDimensions()
    {
        Tensor a = tensor(new[] { 1.0, 2, 3, 4, 5, 9 }, [2, 3]);
        Assert.AreEqual(24.0, a.sum().item<double>());
        AreEqual([6, 18], a.sum(1));
        AreEqual([5, 7, 12], a.sum([0], keepdim: true));
        Assert.AreEqual(4.0, a.mean().ToDouble());
        AreEqual([2, 6], a.mean([1]));
        AreEqual([1, 7], a.var(1));
        AreEqual([2.0 / 3, 14.0 / 3], a.var(1, unbiased: false));
        Assert.AreEqual(Math.Sqrt(8), a.std().ToDouble(), 1e-12);
        AreEqual([3, 9], a.amax([1]));
        AreEqual([1, 2, 3], a.amin([0]));
        (Tensor values, Tensor indexes) = a.max(1);
        AreEqual([3, 9], values);
        CollectionAssert.AreEqual(new long[] { 2, 2 }, indexes.data<long>().ToArray());
        Assert.AreEqual(5L, a.argmax().item<long>());
        AreEqual([1, 2, 3, 5, 7, 12], a.cumsum(0));
        Assert.AreEqual(Math.Sqrt(136), a.norm().ToDouble(), 1e-12);
        Assert.AreEqual(24.0, a.norm(1f).ToDouble(), 1e-12);
        Assert.IsTrue((a > 0).all().ToBoolean());
        Assert.IsFalse((a > 9).any().ToBoolean());
    }

    [TestMethod]
    public void LinearAlgebra()
    {
        Tensor a = tensor(new[] { 2.0, 1, 1, 3 }, [2, 2]);
        Tensor v = tensor(new[] { 1.0, 2 });
        AreEqual([4, 7], a.mv(v));
        AreEqual([5, 5, 5, 10], a.mm(a));
        AreEqual([5, 5, 5, 10], a.matmul(a));
        AreEqual([5, 5, 5, 10, 5, 5, 5, 10], stack([a, a]).bmm(stack([a, a])));
        Assert.AreEqual(5.0, v.dot(v).ToDouble());
        AreEqual([1, 2, 2, 4], v.outer(v));
        AreEqual([4, 7], einsum("ij,j->i", a, v));
        AreEqual([0.2, 0.6], linalg.solve(a, v));
        AreEqual([2, 1, 1, 3], linalg.cholesky(a).matmul(linalg.cholesky(a).mT));
        AreEqual([2 + 10, 1 + 10, 1 + 10, 3 + 20], a.addmm(a, a, 1, 2));
    }

    private static void Truths(bool[] expected, Tensor actual) => CollectionAssert.AreEqual(expected, actual.data<bool>().ToArray());

    private static void AreEqual(double[] expected, Tensor actual, string message = "", double tolerance = 1e-6)
    {
        double[] values = actual.to(ScalarType.Float64).data<double>().ToArray();
        Assert.AreEqual(expected.Length, values.Length, message);
        for (int i = 0; i < values.Length; i++)
            Assert.AreEqual(expected[i], values[i], tolerance, $"{message} element {i}");
    }

    // The Taylor series, which converges quickly on [0, 1].
    private static double Erf(double x)
    {
        double term = x, sum = x;
        for (int n = 1; n < 40; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
