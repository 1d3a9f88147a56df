using System.Numerics;
using Coda.Data.Algebra;
using Coda.Training.Algebra;
using Coda.Training.Export;
using static TorchSharp.torch;

namespace Coda.Tests.Interpretations;

/// <summary>Evaluates a formula in each of the algebras.</summary>
internal static class Interpret
{
    private const string Output = "result";

    public static Operand OnBuffers<F>(IFormula formula, IReadOnlyDictionary<string, Operand> operands)
        where F : unmanaged, IBinaryFloatingPointIeee754<F>
    {
        var ops = new BufferAlgebra<F>();
        return Plain(formula.Apply(ops, operands.ToDictionary(p => p.Key, p => ops.From(Cast<F>(p.Value.Values), p.Value.Shape))));
    }

    public static Operand OnTorch(IFormula formula, IReadOnlyDictionary<string, Operand> operands)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return Plain(formula.Apply(new TorchAlgebra(CPU), operands.ToDictionary(p => p.Key, p => ToTensor(p.Value))));
    }

    /// <summary>Writes an ONNX file and runs it in ONNX Runtime; what is not constant is fed.</summary>
    public static Operand OnOnnx(IFormula formula, IReadOnlyDictionary<string, Operand> operands)
    {
        var (bytes, fed) = ToFile(formula, operands);
        return OnnxEvaluation.Once(bytes, fed)[Output];
    }

    public static (byte[] File, Dictionary<string, Operand> Fed) ToFile(IFormula formula, IReadOnlyDictionary<string, Operand> operands)
    {
        var graph = new OnnxGraph("formula");
        var fed = operands.Where(p => !p.Value.IsConstant).ToDictionary(p => p.Key, p => p.Value);
        var result = formula.Apply(new OnnxAlgebra(graph), operands.ToDictionary(
            p => p.Key, p => p.Value.IsConstant ? graph.Constant(p.Value.Single, p.Value.Shape) : graph.Input(p.Key, Axes(p.Value, "free"))));
        graph.Output(Output, result, [.. result.Shape.Select((axis, i) => axis < 0 ? $"axis{i}" : (object)axis)]);
        using var stream = new MemoryStream();
        graph.Write(stream, "A formula under test.");
        return (stream.ToArray(), fed);
    }

    /// <summary>Value, and the gradient of ⟨cotangent, value⟩ by every operand.</summary>
    public static (Operand Value, Dictionary<string, double[]> Gradients) OnTape<F>(
        IFormula formula, IReadOnlyDictionary<string, Operand> operands, ReadOnlySpan<double> cotangent)
        where F : unmanaged, IBinaryFloatingPointIeee754<F>
    {
        var buffers = new BufferAlgebra<F>();
        var tape = new Tape<NdArray<F>>(buffers);
        var inputs = operands.ToDictionary(p => p.Key, p => tape.Input(buffers.From(Cast<F>(p.Value.Values), p.Value.Shape)));
        var result = formula.Apply(tape, inputs);
        tape.AddGradient(result, buffers.From(Cast<F>(cotangent), result.Value.Shape));
        tape.Backward();
        return (Plain(result.Value), inputs.ToDictionary(p => p.Key, p => p.Value.Gradient is { } g ? Plain(g).Values : new double[p.Value.Value.Length]));
    }

    /// <summary>The gradient of ⟨cotangent, value⟩ by the operands named, from a tape over dual numbers, and its derivative along the tangents.</summary>
    public static Dictionary<string, (double[] Gradient, double[] Change)> OnTapeOverDuals(
        IFormula formula, IReadOnlyDictionary<string, Operand> operands, Operand cotangent,
        IReadOnlyDictionary<string, Operand> tangents, IEnumerable<string> names)
    {
        var buffers = new BufferAlgebra<double>();
        var duals = new DualAlgebra<NdArray<double>>(buffers);
        NdArray<double> Array(Operand operand) => buffers.From(operand.Values, operand.Shape);
        return OnTapeOver(duals, formula, operands, Import, duals.Fixed(Array(cotangent)), names)
            .ToDictionary(p => p.Key, p => (Plain(p.Value.Primal).Values, Change(p.Value)));

        double[] Change(Dual<NdArray<double>> gradient) => gradient.IsConstant ? new double[gradient.Primal.Length] : Plain(gradient.Tangent).Values;

        Dual<NdArray<double>> Import(string name, Operand operand) =>
            tangents.TryGetValue(name, out var tangent) ? duals.Variable(Array(operand), Array(tangent)) : duals.Fixed(Array(operand));
    }

    /// <summary>The gradient of ⟨cotangent, value⟩ by the operands named, from a tape over LibTorch.</summary>
    public static Dictionary<string, double[]> OnTapeOverTorch(
        IFormula formula, IReadOnlyDictionary<string, Operand> operands, Operand cotangent, IEnumerable<string> names)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return OnTapeOver(new TorchAlgebra(CPU), formula, operands, (_, operand) => ToTensor(operand), ToTensor(cotangent), names)
            .ToDictionary(p => p.Key, p => Plain(p.Value).Values);
    }

    /// <summary>The gradient of ⟨cotangent, value⟩ by the operands named, from an ONNX file that a tape over ONNX wrote, run in ONNX Runtime.</summary>
    public static Dictionary<string, double[]> OnTapeOverOnnx(
        IFormula formula, IReadOnlyDictionary<string, Operand> operands, Operand cotangent, IEnumerable<string> names)
    {
        var graph = new OnnxGraph("adjoint");
        var fed = operands.Where(p => !p.Value.IsConstant).ToDictionary(p => p.Key, p => p.Value);
        fed.Add("cotangent", cotangent);
        var gradients = OnTapeOver(
            new OnnxAlgebra(graph), formula, operands,
            (name, operand) => operand.IsConstant ? graph.Constant(operand.Single, operand.Shape) : graph.Input(name, Axes(operand, "free")),
            graph.Input("cotangent", Axes(cotangent, "free")), names);
        foreach (var (name, gradient) in gradients)
        {
            graph.Output($"by_{name}", gradient, [.. gradient.Shape.Select((axis, i) => axis < 0 ? $"axis{i}" : (object)axis)]);
        }

        using var stream = new MemoryStream();
        graph.Write(stream, "An adjoint under test.");
        var results = OnnxEvaluation.Once(stream.ToArray(), fed);
        return gradients.ToDictionary(p => p.Key, p => results[$"by_{p.Key}"].Values);
    }

    private static Dictionary<string, T> OnTapeOver<T>(
        IAlgebra<T> inner, IFormula formula, IReadOnlyDictionary<string, Operand> operands,
        Func<string, Operand, T> import, T cotangent, IEnumerable<string> names)
    {
        var tape = new Tape<T>(inner);
        var inputs = operands.ToDictionary(p => p.Key, p => names.Contains(p.Key) ? tape.Input(import(p.Key, p.Value)) : tape.Fixed(import(p.Key, p.Value)));
        var result = formula.Apply(tape, inputs);
        tape.AddGradient(result, cotangent);
        tape.Backward();
        return inputs.Where(p => p.Value.HasGradient).ToDictionary(p => p.Key, p => p.Value.Gradient!);
    }

    /// <summary>Value, and its derivative along the tangents; operands without one are fixed.</summary>
    public static (Operand Value, Operand Tangent) OnDuals(
        IFormula formula, IReadOnlyDictionary<string, Operand> operands, IReadOnlyDictionary<string, Operand> tangents)
    {
        var buffers = new BufferAlgebra<double>();
        var ops = new DualAlgebra<NdArray<double>>(buffers);
        NdArray<double> Array(Operand operand) => buffers.From(operand.Values, operand.Shape);
        var result = formula.Apply(ops, operands.ToDictionary(
            p => p.Key, p => tangents.TryGetValue(p.Key, out var tangent) ? ops.Variable(Array(p.Value), Array(tangent)) : ops.Fixed(Array(p.Value))));
        return (Plain(result.Primal), Plain(result.Tangent));
    }

    public static Tensor ToTensor(Operand operand) =>
        TorchArrays.Of(operand.Single, System.Array.ConvertAll(operand.Shape, axis => (long)axis));

    public static Operand Plain(Tensor result)
    {
        using var scope = NewDisposeScope();
        var values = result.detach().contiguous().data<float>().ToArray();
        return new Operand(System.Array.ConvertAll(values, v => (double)v), System.Array.ConvertAll(result.shape, axis => (int)axis));
    }

    public static object[] Axes(Operand operand, string symbol) =>
        [.. operand.Shape.Select((axis, i) => i == operand.SymbolicAxis ? symbol : (object)axis)];

    private static Operand Plain<F>(NdArray<F> result)
        where F : unmanaged, IBinaryFloatingPointIeee754<F> =>
        new(System.Array.ConvertAll(result.Span.ToArray(), v => double.CreateChecked(v)), [.. result.Shape]);

    private static F[] Cast<F>(ReadOnlySpan<double> values)
        where F : unmanaged, IBinaryFloatingPointIeee754<F> => System.Array.ConvertAll(values.ToArray(), v => F.CreateChecked(v));
}
