using System.Reflection;
using Coda.Data.Algebra;
using Coda.Tests.Interpretations;

namespace Coda.Tests.Data;

/// <summary>Equations written with fields are the operations of the algebra, bit for bit.</summary>
[TestClass]
public sealed class FieldTests
{
    private static readonly ConstantMatrix Matrix = new(new double[,] { { 1, -2, 0.5 }, { 0, 0.25, 3 } });

    [TestMethod]
    public void EveryOperationIsAMethodOrAnOperator()
    {
        string[] otherwise = ["Constant", "ShapeOf", "Add", "Subtract", "Multiply", "Divide", "Scale", "Offset", "Mark", "Release"];
        var methods = typeof(Field<>).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static).Select(m => m.Name).ToHashSet();
        var missing = typeof(IAlgebra<>).GetMethods().Select(m => m.Name).Distinct().Except(otherwise).Where(name => !methods.Contains(name));
        Assert.AreEqual("", string.Join(", ", missing));
    }

    [TestMethod]
    public void OperatorsAreTheOperations()
    {
        Same((x, y) => x + y, (ops, a, b) => ops.Add(a, b));
        Same((x, y) => x - y, (ops, a, b) => ops.Subtract(a, b));
        Same((x, y) => x * y, (ops, a, b) => ops.Multiply(a, b));
        Same((x, y) => x / y, (ops, a, b) => ops.Divide(a, b));
        Same((x, _) => x + 0.3, (ops, a, _) => ops.Offset(a, 0.3));
        Same((x, _) => 0.3 + x, (ops, a, _) => ops.Offset(a, 0.3));
        Same((x, _) => x - 0.3, (ops, a, _) => ops.Offset(a, -0.3));
        Same((x, _) => 0.3 - x, (ops, a, _) => ops.Offset(ops.Scale(a, -1), 0.3));
        Same((x, _) => x * 0.3, (ops, a, _) => ops.Scale(a, 0.3));
        Same((x, _) => 0.3 * x, (ops, a, _) => ops.Scale(a, 0.3));
        Same((x, _) => x / 3, (ops, a, _) => ops.Scale(a, 1.0 / 3));
        Same((x, _) => -x, (ops, a, _) => ops.Scale(a, -1));
    }

    [TestMethod]
    public void MethodsAreTheOperations()
    {
        Same((x, _) => x.Abs(), (ops, a, _) => ops.Abs(a));
        Same((x, _) => x.Power(3), (ops, a, _) => ops.Power(a, 3));
        Same((x, _) => x.Exp(), (ops, a, _) => ops.Exp(a));
        Same((x, _) => x.Abs().Log(), (ops, a, _) => ops.Log(ops.Abs(a)));
        Same((x, _) => x.Sin() + x.Cos(), (ops, a, _) => ops.Add(ops.Sin(a), ops.Cos(a)));
        Same((x, _) => x.Tanh() + x.Erf(), (ops, a, _) => ops.Add(ops.Tanh(a), ops.Erf(a)));
        Same((x, _) => x.Relu() + x.Step(), (ops, a, _) => ops.Add(ops.Relu(a), ops.Step(a)));
        Same((x, _) => x.Roll(2), (ops, a, _) => ops.Roll(a, -1, 2));
        Same((x, _) => x.Roll(axis: -2, shift: 1), (ops, a, _) => ops.Roll(a, -2, 1));
        Same((x, _) => x.Slice(1, 2), (ops, a, _) => ops.Slice(a, -1, 1, 2));
        Same((x, _) => x.Slice(-2, 1, 2), (ops, a, _) => ops.Slice(a, -2, 1, 2));
        Same((x, y) => Field<NdArray<double>>.Concat(-2, y, x), (ops, a, b) => ops.Concat(-2, b, a));
        Same((x, _) => x.Gather([2, 0]), (ops, a, _) => ops.Gather(a, [2, 0]));
        Same((x, _) => x.InsertAxis(-2), (ops, a, _) => ops.InsertAxis(a, -2));
        Same((x, _) => x.Slice(1, 1).RemoveAxis(-1), (ops, a, _) => ops.RemoveAxis(ops.Slice(a, -1, 1, 1), -1));
        Same((x, _) => x.SplitLast(2), (ops, a, _) => ops.SplitLast(a, 2));
        Same((x, _) => x.MergeLast(), (ops, a, _) => ops.MergeLast(a));
        Same((x, _) => x.Transpose(-1, -3), (ops, a, _) => ops.Transpose(a, -1, -3));
        Same((x, _) => x.Sum(-2) + x.Mean(-2), (ops, a, _) => ops.Add(ops.Sum(a, -2), ops.Mean(a, -2)));
        Same((x, _) => x.MatrixProduct(Matrix, -2), (ops, a, _) => ops.MatrixProduct(Matrix, a, -2));
        Same((x, _) => x.Linear(Weight(x.Algebra)), (ops, a, _) => ops.Linear(Weight(ops), a));
        Same((x, _) => x.Convolve(Kernel(x.Algebra), Padding.Edge), (ops, a, _) => ops.Convolve(a, Kernel(ops), Padding.Edge));
    }

    [TestMethod]
    public void ALaplacianIsUndoneByTheProductWithItsInverse()
    {
        // On a line with walls at which the field vanishes: -u'' = f, whose inverse is known, G(i, j) = min(i, j) (n + 1 - max(i, j)) / (n + 1).
        const int n = 7;
        var inverse = new double[n, n];
        for (var i = 1; i <= n; i++)
        {
            for (var j = 1; j <= n; j++)
            {
                inverse[i - 1, j - 1] = Math.Min(i, j) * (n + 1 - Math.Max(i, j)) / (n + 1.0);
            }
        }

        var ops = new BufferAlgebra<double>();
        var u = Operand.Gaussian(3, 2, 1, n);
        var f = ops.Field(ops.From(u.Values, u.Shape)).Convolve(ops.From([-1.0, 2, -1], 1, 1, 3), Padding.Zero);
        Agree.Within(1e-14, u.Values, f.MatrixProduct(new ConstantMatrix(inverse), -1).Value.Span.ToArray(), "u");
        var along = f.Transpose(-1, -3).MatrixProduct(new ConstantMatrix(inverse), -3).Transpose(-1, -3);
        Agree.Within(1e-14, u.Values, along.Value.Span.ToArray(), "u along another axis");
    }

    private static void Same(
        Func<Field<NdArray<double>>, Field<NdArray<double>>, Field<NdArray<double>>> field,
        Func<IAlgebra<NdArray<double>>, NdArray<double>, NdArray<double>, NdArray<double>> operation)
    {
        var ops = new BufferAlgebra<double>();
        NdArray<double> Made(ulong seed) => ops.From(Operand.Gaussian(seed, 2, 3, 4).Values, 2, 3, 4);
        var (a, b) = (Made(1), Made(2));
        var (expected, actual) = (operation(ops, a, b), field(ops.Field(a), ops.Field(b)).Value);
        CollectionAssert.AreEqual(expected.Shape, actual.Shape);
        CollectionAssert.AreEqual(expected.Span.ToArray(), actual.Span.ToArray());
    }

    private static NdArray<double> Weight(IAlgebra<NdArray<double>> ops) => ops.SplitLast(ops.Constant([1.0, 2, 3, 4, 5, 6]), 3);

    private static NdArray<double> Kernel(IAlgebra<NdArray<double>> ops) =>
        ops.InsertAxis(ops.SplitLast(ops.Constant([.. Enumerable.Range(0, 9).Select(i => i * 0.1)]), 3), -3);
}
