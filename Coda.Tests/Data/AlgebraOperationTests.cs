using Coda.Data.Algebra;
using Coda.Tests.Interpretations;

namespace Coda.Tests.Data;

/// <summary>Every operation of the algebra, in every algebra and with its derivatives.</summary>
[TestClass]
public sealed class AlgebraOperationTests
{
    public static IEnumerable<object[]> Operations => Operation.Names.Select(name => new object[] { name });

    [TestMethod]
    public void EveryOperationIsExamined()
    {
        var examined = Operation.Names.SelectMany(name => name.Split(' ')).ToHashSet();
        var missing = typeof(IAlgebra<>).GetMethods().Select(m => m.Name).Distinct().Where(name => !examined.Contains(name));
        Assert.AreEqual("", string.Join(", ", missing));
    }

    [TestMethod]
    [DynamicData(nameof(Operations))]
    public void AllAlgebrasAgree(string name) => Agree.OverAlgebras(2e-5, new Operation(name), Operands());

    [TestMethod]
    [DynamicData(nameof(Operations))]
    public void TapeAgreesWithFiniteDifferences(string name) => Agree.GradientWithFiniteDifferences(
        new Operation(name), Operands(), Operation.HasDerivative(name) ? ["a", "b", "vector", "scalar", "weight", "kernel", "plane"] : []);

    [TestMethod]
    [DynamicData(nameof(Operations))]
    public void DualNumbersAgreeWithTheTape(string name)
    {
        if (Operation.HasDerivative(name))
        {
            Agree.TangentAndAdjoint(new Operation(name), Operands(), ["a", "b"]);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Operations))]
    public void ARecordedDerivativeHasTheBitsOfDualNumbersAndOfTheTape(string name)
    {
        foreach (var by in Operation.HasDerivative(name) ? new[] { "a", "b" } : [])
        {
            var (formula, operands, buffers) = (new Operation(name), Operands(), new BufferAlgebra<double>());
            var change = Array(Operand.Gaussian(8, operands[by].Shape));
            var recorder = new LinearRecorder<double>(buffers);
            var result = formula.Apply(
                recorder, operands.ToDictionary(p => p.Key, p => p.Key == by ? recorder.Begin(Array(p.Value)) : recorder.Fixed(Array(p.Value))));
            var recorded = recorder.End(result);
            var duals = new DualAlgebra<NdArray<double>>(buffers);
            var tangent = formula.Apply(duals, operands.ToDictionary(
                p => p.Key, p => p.Key == by ? duals.Variable(Array(p.Value), change) : duals.Fixed(Array(p.Value))));
            var cotangent = Operand.Gaussian(9, result.Value.Shape);
            var gradient = Interpret.OnTape<double>(formula, operands, cotangent.Values).Gradients[by];
            var pushed = recorded.Push(change);
            CollectionAssert.AreEqual(tangent.IsConstant ? null : tangent.Tangent.Span.ToArray(), pushed?.Span.ToArray(), $"by {by}");
            CollectionAssert.AreEqual(gradient, recorded.Pull(Array(cotangent))?.Span.ToArray() ?? new double[gradient.Length], $"by {by}");

            NdArray<double> Array(Operand operand) => buffers.From(operand.Values, operand.Shape);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Operations))]
    public void TheTapeOverDualNumbersGivesSecondDerivatives(string name)
    {
        if (Operation.HasDerivative(name))
        {
            Agree.SecondDerivativesWithFiniteDifferences(new Operation(name), Operands(), ["a", "b"]);
        }
    }

    [TestMethod]
    public void ComposedAdjointsGiveWhatTheBuffersOwnGiveByEveryOperand()
    {
        foreach (var name in Operation.Names.Where(Operation.HasDerivative))
        {
            var (formula, operands) = (new Operation(name), Operands());
            var cotangent = Operand.Gaussian(5, Interpret.OnBuffers<double>(formula, operands).Shape);
            var expected = Interpret.OnTape<double>(formula, operands, cotangent.Values).Gradients;
            foreach (var (operand, (gradient, _)) in Interpret.OnTapeOverDuals(formula, operands, cotangent, new Dictionary<string, Operand>(), operands.Keys))
            {
                Agree.Within(1e-11, expected[operand], gradient, $"{name} by {operand}");
            }
        }
    }

    [TestMethod]
    public void TransposeConvolveAndMatrixProductAreTheirDefinitions()
    {
        var ops = new BufferAlgebra<double>();
        var a = ops.From([1.0, 2, 3, 4, 5, 6], 2, 3);
        CollectionAssert.AreEqual(new double[] { 1, 4, 2, 5, 3, 6 }, ops.Transpose(a, -1, -2).Span.ToArray());
        CollectionAssert.AreEqual(new double[] { 4, 5, 6, 1, 2, 3 }, ops.Roll(a, -2, 1).Span.ToArray());
        CollectionAssert.AreEqual(new double[] { 5, 11 }, ops.MatrixProduct(new ConstantMatrix(new double[,] { { 0, 1, 1 } }), a, -1).Span.ToArray());
        CollectionAssert.AreEqual(new double[] { 3, 3, 3 }, ops.MatrixProduct(new ConstantMatrix(new double[,] { { -1, 1 } }), a, -2).Span.ToArray());
        var kernel = ops.From([1.0, 10, 100], 1, 1, 3);
        var line = ops.From([1.0, 2, 3], 1, 3);
        double[] Padded(Padding padding) => ops.Convolve(line, kernel, padding).Span.ToArray();
        CollectionAssert.AreEqual(new double[] { 321 }, ops.Convolve(line, kernel).Span.ToArray());
        CollectionAssert.AreEqual(new double[] { 213, 321, 132 }, Padded(Padding.Periodic));
        CollectionAssert.AreEqual(new double[] { 210, 321, 32 }, Padded(Padding.Zero));
        CollectionAssert.AreEqual(new double[] { 211, 321, 332 }, Padded(Padding.Edge));
    }

    [TestMethod]
    public void RollMovesEntriesForward()
    {
        var ops = new BufferAlgebra<double>();
        var a = ops.Constant([0.0, 1, 2, 3, 4]);
        CollectionAssert.AreEqual(new double[] { 3, 4, 0, 1, 2 }, ops.Roll(a, 2).Span.ToArray());
        CollectionAssert.AreEqual(new double[] { 1, 2, 3, 4, 0 }, ops.Roll(a, -6).Span.ToArray());
    }

    [TestMethod]
    public void ShapesThatDoNotFitAreRefused()
    {
        var ops = new BufferAlgebra<double>();
        var fault = Assert.ThrowsExactly<ArgumentException>(() => ops.Add(ops.Constant([1.0, 2]), ops.Constant([1.0, 2, 3])));
        StringAssert.Contains(fault.Message, "got [2] and [3]");
        Assert.ThrowsExactly<ArgumentException>(() => ops.Linear(ops.Allocate(2, 3), ops.Allocate(4, 5)));
        Assert.ThrowsExactly<ArgumentException>(() => ops.Convolve(ops.Allocate(2, 3, 4), ops.Allocate(5, 2, 3)));
        Assert.ThrowsExactly<ArgumentException>(() => ops.Convolve(ops.Allocate(2, 3, 4), ops.Allocate(5, 3, 5)));
        Assert.ThrowsExactly<ArgumentException>(() => ops.Convolve(ops.Allocate(2, 3, 4), ops.Allocate(5, 3, 2), Padding.Periodic));
        Assert.ThrowsExactly<ArgumentException>(() => ops.Convolve(ops.Allocate(2, 3, 4), ops.Allocate(5, 3, 3), Padding.Periodic, Padding.Edge));
        Assert.ThrowsExactly<ArgumentException>(() => ops.Pad(ops.Allocate(2, 3), -1, 4, 0, Padding.Periodic));
        Assert.ThrowsExactly<ArgumentException>(() => ops.MatrixProduct(new ConstantMatrix(new double[2, 3]), ops.Allocate(3, 4), -1));
        Assert.ThrowsExactly<ArgumentException>(() => new ConstantMatrix(new double[0, 3]));
        Assert.ThrowsExactly<ArgumentException>(() => ops.RemoveAxis(ops.Allocate(2, 3), -1));
        Assert.ThrowsExactly<ArgumentException>(() => new NdArray<double>(new double[5], 2, 3));
    }

    [TestMethod]
    public void RecycledBuffersComeBackAndKeptOnesDoNot()
    {
        var ops = new BufferAlgebra<double>();
        var kept = ops.From([1.0, 2, 3], 3);
        var lost = ops.From([4.0, 5, 6], 3);
        ops.Recycle(kept);
        var next = ops.From([7.0, 8, 9], 3);
        var other = ops.From([10.0, 11, 12], 3);
        CollectionAssert.AreEqual(new double[] { 1, 2, 3 }, kept.Span.ToArray());
        CollectionAssert.AreEqual(next.Span.ToArray(), lost.Span.ToArray(), "expected the buffer to be used again");
        CollectionAssert.AreEqual(new double[] { 10, 11, 12 }, other.Span.ToArray());
    }

    [TestMethod]
    public void AClearedTapeGivesTheSameGradientAgain()
    {
        var buffers = new BufferAlgebra<double>();
        var tape = new Tape<NdArray<double>>(buffers);
        double[] Gradient()
        {
            tape.Clear();
            buffers.Recycle();
            var x = tape.Input(buffers.Constant([1.0, 2, 3]));
            tape.AddGradient(tape.Multiply(tape.Roll(x, 1), tape.Add(x, x)), buffers.Constant([1.0, 10, 100]));
            tape.Backward();
            return x.Gradient!.Span.ToArray();
        }

        var first = Gradient();
        CollectionAssert.AreEqual(new double[] { 46, 620, 402 }, first);
        CollectionAssert.AreEqual(first, Gradient());
    }

    [TestMethod]
    [DataRow(0.0, 0.0)]
    [DataRow(0.5, 0.5204998778130465)]
    [DataRow(-1.0, -0.8427007929497149)]
    [DataRow(2.4999, 0.9995928300996666)]
    [DataRow(2.5001, 0.9995932657565293)]
    [DataRow(4.0, 0.9999999845827421)]
    [DataRow(-7.0, -1.0)]
    public void TheErrorFunctionIsKnown(double x, double expected)
    {
        var ops = new BufferAlgebra<double>();
        Assert.AreEqual(expected, ops.Erf(ops.Constant(x)).Span[0], 1e-14);
    }

    private static Dictionary<string, Operand> Operands() => new()
    {
        ["a"] = Operand.Gaussian(1, 2, 3, 4) with { SymbolicAxis = 0 },
        ["b"] = Operand.Gaussian(2, 2, 3, 4) with { SymbolicAxis = 0 },
        ["vector"] = Operand.Gaussian(3, 4) with { IsConstant = true },
        ["scalar"] = Operand.Scalar(1.7),
        ["weight"] = Operand.Gaussian(4, 5, 3) with { IsConstant = true },
        ["kernel"] = Operand.Gaussian(6, 5, 3, 3) with { IsConstant = true },
        ["plane"] = Operand.Gaussian(7, 2, 1, 3, 3) with { IsConstant = true },
    };

    /// <summary>One operation on a, b [2, 3, 4], a vector [4], a scalar, a weight [5, 3] and kernels.</summary>
    private sealed record Operation(string Name) : IFormula
    {
        public static IReadOnlyList<string> Names { get; } =
        [
            "Constant", "Constant vector", "Add", "Add vector", "Add scalar", "Add column", "Subtract", "Subtract from scalar", "Multiply", "Multiply vector",
            "Multiply scalar", "Multiply itself", "Divide", "Divide by scalar", "Divide scalar", "Scale", "Offset", "Abs", "Power", "Power odd", "Power "
                + "fractional", "Exp", "Log",
            "Sin", "Cos", "Tanh", "Erf", "Relu", "Step", "Roll", "Roll back", "Roll around", "Roll by nothing", "Slice", "Slice middle", "Concat", "Concat "
                + "middle",
            "Concat with constant", "Gather", "InsertAxis", "InsertAxis last", "RemoveAxis", "RemoveAxis middle", "SplitLast", "MergeLast", "Sum", "Sum "
                + "middle", "Mean",
            "Mean middle", "Linear", "ShapeOf", "Roll middle", "Roll middle back", "Transpose", "Transpose outer", "MatrixProduct", "MatrixProduct middle",
            "MatrixProduct outer", "Convolve", "Convolve periodic", "Convolve plane", "Convolve plane with walls", "Convolve members", "Convolve alone",
            "Shift", "Shift around", "ShiftProduct", "ShiftProduct vector", "Constant kept", "Mark and Release",
        ];

        public static bool HasDerivative(string name) => name is not ("Constant" or "Constant vector" or "Step" or "ShapeOf");

        private static readonly ConstantMatrix Wide = new(new double[,] { { 1, -2, 0.5, 0 }, { 0.25, 3, -1, 2 } });

        private static readonly ConstantMatrix Tall = new(new double[,] { { 1, -2, 0.5 }, { 0, 0.25, 3 }, { -1, 2, 1 }, { 0.5, 0.5, 0 } });

        private static readonly ConstantStencil Differences = new((1, 0.5), (-1, -0.5), (0, 1));

        private static readonly ConstantStencil Around = new((-5, 2), (4, 1), (2, -0.25));

        private static readonly ConstantProductStencil Products = new([(1, 0, 2.0), (-1, 3, 0.5), (0, 3, -1), (-6, 1, 1.5), (1, 0, -0.5)]);

        private static readonly ConstantVector Kept = new(1.0, -2, 3, 4);

        public T Apply<T>(IAlgebra<T> ops, IReadOnlyDictionary<string, T> inputs)
        {
            var (a, b, vector, scalar) = (inputs["a"], inputs["b"], inputs["vector"], inputs["scalar"]);
            var positive = ops.Offset(ops.Multiply(b, b), 0.5);
            return Name switch
            {
                "Constant" => ops.Add(ops.Scale(a, 0), ops.Constant(1.25)),
                "Constant vector" => ops.Add(ops.Scale(a, 0), ops.Constant([1.0, 2, 3, 4])),
                "Add" => ops.Add(a, b),
                "Add vector" => ops.Add(vector, a),
                "Add scalar" => ops.Add(a, scalar),
                "Add column" => ops.Add(ops.Slice(a, -1, 2, 1), ops.Slice(b, -2, 0, 1)),
                "Subtract" => ops.Subtract(a, b),
                "Subtract from scalar" => ops.Subtract(scalar, a),
                "Multiply" => ops.Multiply(a, b),
                "Multiply vector" => ops.Multiply(a, vector),
                "Multiply scalar" => ops.Multiply(scalar, a),
                "Multiply itself" => ops.Multiply(a, a),
                "Divide" => ops.Divide(a, positive),
                "Divide by scalar" => ops.Divide(a, scalar),
                "Divide scalar" => ops.Divide(scalar, positive),
                "Scale" => ops.Scale(a, -2.5),
                "Offset" => ops.Offset(a, 0.75),
                "Abs" => ops.Abs(a),
                "Power" => ops.Power(a, 2),
                "Power odd" => ops.Power(a, 3),
                "Power fractional" => ops.Power(positive, -1.5),
                "Exp" => ops.Exp(a),
                "Log" => ops.Log(positive),
                "Sin" => ops.Sin(a),
                "Cos" => ops.Cos(a),
                "Tanh" => ops.Tanh(a),
                "Erf" => ops.Erf(a),
                "Relu" => ops.Relu(a),
                "Step" => ops.Step(a),
                "Roll" => ops.Roll(a, 1),
                "Roll back" => ops.Roll(a, -1),
                "Roll around" => ops.Roll(a, 6),
                "Roll by nothing" => ops.Roll(a, -4),
                "Slice" => ops.Slice(a, -1, 1, 2),
                "Slice middle" => ops.Slice(a, -2, 2, 1),
                "Concat" => ops.Concat(-1, a, ops.Slice(b, -1, 0, 1), a),
                "Concat middle" => ops.Concat(-2, b, a),
                "Concat with constant" => ops.Concat(-1, a, ops.Add(ops.Scale(ops.Step(a), 0), vector)),
                "Gather" => ops.Gather(a, [3, 0, 3, 1, 1]),
                "InsertAxis" => ops.Multiply(ops.InsertAxis(a, -3), ops.InsertAxis(b, -2)),
                "InsertAxis last" => ops.InsertAxis(a, -1),
                "RemoveAxis" => ops.RemoveAxis(ops.Slice(a, -1, 1, 1), -1),
                "RemoveAxis middle" => ops.RemoveAxis(ops.Slice(a, -2, 1, 1), -2),
                "SplitLast" => ops.Sum(ops.SplitLast(a, 2), -1),
                "MergeLast" => ops.Roll(ops.MergeLast(a), 5),
                "Sum" => ops.Sum(a, -1),
                "Sum middle" => ops.Sum(a, -2),
                "Mean" => ops.Mean(a, -1),
                "Mean middle" => ops.Mean(a, -2),
                "Linear" => ops.Linear(inputs["weight"], a),
                "ShapeOf" => ops.Offset(ops.Scale(a, 0), ops.ShapeOf(a)[^1]),
                "Roll middle" => ops.Roll(a, -2, 1),
                "Roll middle back" => ops.Roll(a, -2, -5),
                "Transpose" => ops.Transpose(a, -1, -2),
                "Transpose outer" => ops.Multiply(ops.Transpose(a, -3, -1), ops.Transpose(b, -1, -3)),
                "MatrixProduct" => ops.MatrixProduct(Wide, a, -1),
                "MatrixProduct middle" => ops.MatrixProduct(Tall, a, -2),
                "MatrixProduct outer" => ops.MatrixProduct(Tall, ops.InsertAxis(a, -2), -3),
                "Convolve" => ops.Convolve(a, inputs["kernel"]),
                "Convolve periodic" => ops.Convolve(a, inputs["kernel"], Padding.Periodic),
                "Convolve plane" => ops.Convolve(ops.InsertAxis(a, -3), inputs["plane"]),
                "Convolve plane with walls" => ops.Convolve(ops.InsertAxis(a, -3), inputs["plane"], Padding.Edge, Padding.Zero),
                "Convolve members" => ops.Convolve(ops.InsertAxis(ops.InsertAxis(a, -3), -5), inputs["plane"], Padding.Periodic, Padding.Periodic),
                "Convolve alone" => ops.Convolve(ops.Sum(a, -3), inputs["kernel"]),
                "Shift" => ops.Shift(Differences, a),
                "Shift around" => ops.Shift(Around, ops.Sum(a, -3)),
                "ShiftProduct" => ops.ShiftProduct(Products, a, b),
                "ShiftProduct vector" => ops.ShiftProduct(Products, a, vector),
                "Constant kept" => ops.Multiply(ops.Constant(Kept), ops.Multiply(a, ops.Constant(Kept))),
                "Mark and Release" => ops.Multiply(ops.Field(a).Scoped(x => ((x * x) + x).Sin()).Value, ops.Field(b).Scoped(x => x.Cos() * x).Value),
                _ => throw new ArgumentException(Name),
            };
        }
    }
}
