using Coda.Data.Algebra;
using Coda.Tests.Interpretations;
using Coda.Training.Algebra;
using static TorchSharp.torch;

namespace Coda.Tests.Training;

/// <summary>Every operation of networks, against its definition written with loops, in LibTorch and in ONNX Runtime.</summary>
[TestClass]
public sealed class NetworkOperationTests
{
    private static readonly int[] A3 = [2, 3, 6];
    private static readonly int[] A4 = [2, 3, 5, 6];

    [TestMethod]
    public void EveryOperationIsExamined()
    {
        string[] examined =
            ["Gelu", "Convolve", "ConvolveTimeSpace", "ConvolveWindows", "ConvolveGrid", "Upsample", "MaxPool", "MaxOverTime", "TimeToChannels", "StopGradient"];
        CollectionAssert.AreEquivalent(examined, typeof(INetworkAlgebra<>).GetMethods().Select(m => m.Name).ToArray());
    }

    [TestMethod]
    public void GeluIsTheExactOne()
    {
        var inputs = Inputs(A3);
        var ops = new BufferAlgebra<double>();
        var phi = ops.Offset(ops.Erf(ops.Scale(ops.From(inputs["a"].Values, A3), Math.Sqrt(0.5))), 1).Span.ToArray();
        Check("gelu", inputs, A3, (b, c, k) => inputs["a"].Values[(((b * 3) + c) * 6) + k] * phi[(((b * 3) + c) * 6) + k] / 2);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(5)]
    public void ConvolveIsPeriodicInSpace(int width)
    {
        var inputs = Inputs(A3).With("kernel", Constant(1, 4, 3, width)).With("bias", Constant(2, 4));
        Check("convolve", inputs, [2, 4, 6], (b, o, k) => inputs["bias"].Values[o] + Sum(3, width, (c, i) =>
            inputs["kernel"].Values[(((o * 3) + c) * width) + i] * inputs["a"].Values[(((b * 3) + c) * 6) + ((k + i - (width / 2) + 6) % 6)]));
    }

    [TestMethod]
    [DataRow("convolve", 1)]
    [DataRow("convolve with dilation 2", 2)]
    public void ConvolveTakesEveryTimeByItself(string operation, int dilation)
    {
        var inputs = new Dictionary<string, Operand> { ["a"] = Operand.Gaussian(9, 1, 3, 5, 6) with { SymbolicAxis = 2 } }.With("kernel", Constant(1, 4, 3, 3))
            .With("bias", Constant(2, 4));
        Check(operation, inputs, [1, 4, 5, 6], (_, o, tk) => inputs["bias"].Values[o] + Sum(3, 3, (c, i) =>
            inputs["kernel"].Values[(((o * 3) + c) * 3) + i] * inputs["a"].Values[(((c * 5) + (tk / 6)) * 6) + (((tk % 6) + (dilation * (i - 1)) + 6) % 6)]));
    }

    [TestMethod]
    public void ConvolveReachesFurtherWithADilation()
    {
        var inputs = Inputs(A3).With("kernel", Constant(1, 4, 3, 3)).With("bias", Constant(2, 4));
        Check("convolve with dilation 2", inputs, [2, 4, 6], (b, o, k) => inputs["bias"].Values[o] + Sum(3, 3, (c, i) =>
            inputs["kernel"].Values[(((o * 3) + c) * 3) + i] * inputs["a"].Values[(((b * 3) + c) * 6) + ((k + (2 * i) - 2 + 6) % 6)]));
    }

    [TestMethod]
    public void ConvolveTakesEveryChannelByItselfWithAKernelOfOneInput()
    {
        var inputs = Inputs(A3).With("kernel", Constant(1, 3, 1, 3)).With("bias", Constant(2, 3));
        Check("convolve", inputs, [2, 3, 6], (b, c, k) => inputs["bias"].Values[c] + Sum(1, 3, (_, i) =>
            inputs["kernel"].Values[(c * 3) + i] * inputs["a"].Values[(((b * 3) + c) * 6) + ((k + i - 1 + 6) % 6)]));
    }

    [TestMethod]
    public void ConvolveTimeSpaceIsPeriodicInBoth()
    {
        var inputs = Inputs(A4).With("kernel", Constant(1, 2, 3, 3, 3)).With("bias", Constant(2, 2));
        Check("convolve time space", inputs, [2, 2, 5, 6], (b, o, tk) => inputs["bias"].Values[o] + Sum(3, 9, (c, ij) =>
        {
            var (t, k, i, j) = (tk / 6, tk % 6, ij / 3, ij % 3);
            return inputs["kernel"].Values[(((o * 3) + c) * 9) + ij] * inputs["a"].Values[(((((b * 3) + c) * 5) + ((t + i + 4) % 5)) * 6) + ((k + j + 5) % 6)];
        }));
    }

    [TestMethod]
    [DataRow("convolve")]
    [DataRow("convolve time space")]
    public void BatchNormalizationFollowsTheConvolution(string operation)
    {
        var is4 = operation != "convolve";
        var inputs = Inputs(is4 ? A4 : A3).With("kernel", is4 ? Constant(1, 2, 3, 3, 3) : Constant(1, 2, 3, 3)).With("bias", Constant(2, 2));
        var bare = Interpret.OnTorch(new Operation(operation), inputs);
        var normed = inputs.With("scale", Constant(3, 2)).With("shift", Constant(4, 2)).With("mean", Constant(5, 2))
            .With("variance", new Operand([0.3, 2.2], 2) { IsConstant = true });
        var run = bare.Values.Length / 4;
        double[] expected = [.. bare.Values.Select((v, i) =>
        {
            var c = i / run % 2;
            return ((v - normed["mean"].Values[c]) / Math.Sqrt(normed["variance"].Values[c] + 1e-5) * normed["scale"].Values[c]) + normed["shift"].Values[c];
        })];
        Agree.Within(1e-5, expected, Interpret.OnTorch(new Operation(operation), normed).Values, "LibTorch");
        Agree.Within(1e-5, expected, Interpret.OnOnnx(new Operation(operation), normed).Values, "ONNX Runtime");
    }

    [TestMethod]
    public void ConvolveWindowsSpansTheWindowAtEveryTime()
    {
        var inputs = new Dictionary<string, Operand> { ["a"] = Operand.Gaussian(1, 3, 7, 6) with { SymbolicAxis = 1 } }
            .With("kernel", Constant(1, 4, 3, 5)).With("bias", Constant(2, 4));
        Check("convolve windows", inputs, [1, 4, 3, 6], (_, o, tk) => inputs["bias"].Values[o] + Sum(3, 5, (c, i) =>
            inputs["kernel"].Values[(((o * 3) + c) * 5) + i] * inputs["a"].Values[(((c * 7) + (tk / 6) + i) * 6) + (tk % 6)]));
    }

    [TestMethod]
    public void UpsampleDoublesSpace()
    {
        var inputs = Inputs(A3).With("kernel", Constant(1, 3, 4, 2)).With("bias", Constant(2, 4));
        Check("upsample", inputs, [2, 4, 12], (b, o, k) => inputs["bias"].Values[o] + Sum(3, 1, (c, _) =>
            inputs["kernel"].Values[(((c * 4) + o) * 2) + (k % 2)] * inputs["a"].Values[(((b * 3) + c) * 6) + (k / 2)]));
    }

    [TestMethod]
    public void MaxPoolDropsAnOddLastRow()
    {
        var inputs = Inputs(A4);
        Check("max pool", inputs, [2, 3, 2, 3], (b, c, tk) => Enumerable.Range(0, 4).Max(ij =>
            inputs["a"].Values[(((((b * 3) + c) * 5) + (2 * (tk / 3)) + (ij / 2)) * 6) + (2 * (tk % 3)) + (ij % 2)]));
    }

    [TestMethod]
    public void PoolingAndItsInverseTakeOneAxisOrTwo()
    {
        var line = Inputs(A3);
        Check("max pool", line, [2, 3, 3], (b, c, k) => Enumerable.Range(0, 2).Max(i => line["a"].Values[(((b * 3) + c) * 6) + (2 * k) + i]));
        var plane = Inputs(A4).With("kernel", Constant(1, 3, 4, 2, 2)).With("bias", Constant(2, 4));
        Check("upsample", plane, [2, 4, 10, 12], (b, o, yx) => plane["bias"].Values[o] + Sum(3, 1, (c, _) =>
            plane["kernel"].Values[(((c * 4) + o) * 4) + (yx / 12 % 2 * 2) + (yx % 2)]
                * plane["a"].Values[(((((b * 3) + c) * 5) + (yx / 24)) * 6) + (yx % 12 / 2)]));
    }

    [TestMethod]
    [DataRow(true, true)]
    [DataRow(true, false)]
    [DataRow(false, true)]
    [DataRow(false, false)]
    public void ConvolveGridGoesRoundOrTakesZeroBeyondWalls(bool isRoundY, bool isRoundX)
    {
        var inputs = Inputs(A4).With("kernel", Constant(1, 2, 3, 3, 5)).With("bias", Constant(2, 2));
        Check($"convolve grid {isRoundY} {isRoundX}", inputs, [2, 2, 5, 6], (b, o, yx) => inputs["bias"].Values[o] + Sum(3, 15, (c, ij) =>
        {
            var (y, x) = ((yx / 6) + (ij / 5) - 1, (yx % 6) + (ij % 5) - 2);
            var isBeyond = (!isRoundY && (y < 0 || y >= 5)) || (!isRoundX && (x < 0 || x >= 6));
            return isBeyond ? 0 : inputs["kernel"].Values[(((o * 3) + c) * 15) + ij]
                * inputs["a"].Values[(((((b * 3) + c) * 5) + ((y + 5) % 5)) * 6) + ((x + 6) % 6)];
        }));
    }

    [TestMethod]
    public void MaxOverTimeKeepsSpace()
    {
        var inputs = Inputs(A4);
        Check("max over time", inputs, [2, 3, 6], (b, c, k) => Enumerable.Range(0, 5).Max(t => inputs["a"].Values[(((((b * 3) + c) * 5) + t) * 6) + k]));
    }

    [TestMethod]
    public void TimeToChannelsPutsTimeWithinChannel()
    {
        var inputs = Inputs(A4);
        Check("time to channels", inputs, [2, 15, 6], (b, ct, k) => inputs["a"].Values[(((b * 15) + ct) * 6) + k]);
    }

    private static Dictionary<string, Operand> Inputs(int[] shape) => new() { ["a"] = Operand.Gaussian(9, shape) with { SymbolicAxis = 0 } };

    private static Operand Constant(ulong seed, params int[] shape) => Operand.Gaussian(seed, shape) with { IsConstant = true };

    private static double Sum(int outer, int inner, Func<int, int, double> term) =>
        Enumerable.Range(0, outer).Sum(i => Enumerable.Range(0, inner).Sum(j => term(i, j)));

    [TestMethod]
    public void StopGradientKeepsTheValuesAndStopsTheirGradient()
    {
        var inputs = Inputs(A3);
        Check("stop gradient", inputs, A3, (b, c, k) => inputs["a"].Values[(((b * 3) + c) * 6) + k]);
        using var scope = NewDisposeScope();
        var a = tensor(2f, requires_grad: true);
        (a * new TorchAlgebra(CPU).StopGradient(a)).backward();
        Assert.AreEqual(2f, a.grad!.item<float>(), "the second factor counts as a constant");
    }

    private static void Check(string operation, IReadOnlyDictionary<string, Operand> inputs, int[] shape, Func<int, int, int, double> definition)
    {
        var length = shape.Aggregate(1, (product, axis) => product * axis);
        var (count, run) = (shape[1], length / shape[0] / shape[1]);
        var expected = new Operand([.. Enumerable.Range(0, length).Select(i => definition(i / (count * run), i / run % count, i % run))], shape);
        Agree.Within(2e-5, expected, Interpret.OnTorch(new Operation(operation), inputs), "LibTorch");
        Agree.Within(2e-5, expected, Interpret.OnOnnx(new Operation(operation), inputs), "ONNX Runtime");
    }

    private sealed record Operation(string Name) : IFormula
    {
        public T Apply<T>(IAlgebra<T> ops, IReadOnlyDictionary<string, T> inputs)
        {
            var (algebra, a) = ((INetworkAlgebra<T>)ops, inputs["a"]);
            var norm = inputs.ContainsKey("mean") ? new BatchNorm<T>(inputs["scale"], inputs["shift"], inputs["mean"], inputs["variance"]) : null;
            return Name switch
            {
                "gelu" => algebra.Gelu(a),
                "convolve" => algebra.Convolve(a, inputs["kernel"], inputs["bias"], norm),
                "convolve with dilation 2" => algebra.Convolve(a, inputs["kernel"], inputs["bias"], norm, dilation: 2),
                "convolve time space" => algebra.ConvolveTimeSpace(a, inputs["kernel"], inputs["bias"], norm),
                "convolve windows" => algebra.ConvolveWindows(a, inputs["kernel"], inputs["bias"]),
                "upsample" => algebra.Upsample(a, inputs["kernel"], inputs["bias"]),
                _ when Name.StartsWith("convolve grid", StringComparison.Ordinal) => algebra.ConvolveGrid(
                    a, inputs["kernel"], inputs["bias"], Beyond(1), Beyond(2)),
                "max pool" => algebra.MaxPool(a),
                "max over time" => algebra.MaxOverTime(a),
                "time to channels" => algebra.TimeToChannels(a),
                "stop gradient" => algebra.StopGradient(a),
                _ => throw new ArgumentException(Name),
            };

            Padding Beyond(int axis) => Name.Split(' ')[axis + 1] == "True" ? Padding.Periodic : Padding.Zero;
        }
    }
}
