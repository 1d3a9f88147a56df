namespace Coda.Tests.Interpretations;

/// <summary>Assertions about arrays and about derivatives.</summary>
internal static class Agree
{
    public static void Within(double tolerance, Operand expected, Operand actual, string what)
    {
        CollectionAssert.AreEqual(
            expected.Shape, actual.Shape, $"{what}: expected shape [{string.Join(", ", expected.Shape)}], got [{string.Join(", ", actual.Shape)}]");
        Within(tolerance, expected.Values, actual.Values, what);
    }

    public static void Within(double tolerance, IReadOnlyList<double> expected, IReadOnlyList<double> actual, string what)
    {
        Assert.HasCount(expected.Count, actual, what);
        for (var i = 0; i < expected.Count; i++)
        {
            // Written so that NaN fails.
            Assert.IsTrue(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{what}, entry {i}: expected {expected[i]:R} within {tolerance}, got {actual[i]:R}");
        }
    }

    public static void Bits(IReadOnlyList<float> expected, IReadOnlyList<float> actual, string what)
    {
        Assert.HasCount(expected.Count, actual, what);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.AreEqual(BitConverter.SingleToInt32Bits(expected[i]),
                BitConverter.SingleToInt32Bits(actual[i]), $"{what}, entry {i}: expected {expected[i]:R}, got {actual[i]:R}");
        }
    }

    /// <summary>Every algebra gives what doubles on buffers give.</summary>
    public static void OverAlgebras(double tolerance, IFormula formula, IReadOnlyDictionary<string, Operand> operands)
    {
        var expected = Interpret.OnBuffers<double>(formula, operands);
        Assert.IsTrue(expected.Values.All(double.IsFinite), "expected finite values");
        Within(tolerance, expected, Interpret.OnBuffers<float>(formula, operands), "float buffers");
        Within(tolerance, expected, Interpret.OnTorch(formula, operands), "LibTorch");
        Within(tolerance, expected, Interpret.OnOnnx(formula, operands), "ONNX Runtime");
    }

    /// <summary>The tape's gradient by every operand named agrees with central differences in double precision.</summary>
    public static void GradientWithFiniteDifferences(
        IFormula formula, IReadOnlyDictionary<string, Operand> operands, IEnumerable<string> names, double tolerance = 1e-6, double step = 1e-5)
    {
        var value = Interpret.OnBuffers<double>(formula, operands);
        var cotangent = Operand.Gaussian(11, value.Shape);
        var (recorded, gradients) = Interpret.OnTape<double>(formula, operands, cotangent.Values);
        Within(0, value, recorded, "the tape's value");
        foreach (var name in names)
        {
            for (var direction = 0UL; direction < 3; direction++)
            {
                var along = operands[name].Changes(100 + direction);
                var slope = (Dot(cotangent, At(step)) - Dot(cotangent, At(-step))) / (2 * step);
                var expected = gradients[name].Zip(along.Values, (g, d) => g * d).Sum();
                Assert.IsTrue(
                    Math.Abs(slope - expected) <= tolerance * Math.Max(1, Math.Abs(slope)),
                    $"derivative by {name}: expected {slope:R} from finite differences, got {expected:R} from the tape");

                Operand At(double distance) => Interpret.OnBuffers<double>(formula, Replaced(operands, name, operands[name].Plus(distance, along)));
            }
        }
    }

    /// <summary>
    /// What the tangent-linear model leaves over shrinks with the square of the perturbation (Taylor), and ⟨M x', y⟩ = ⟨x', Mᵀ y⟩ (adjoint).
    /// </summary>
    public static void TangentAndAdjoint(IFormula formula, IReadOnlyDictionary<string, Operand> operands, IReadOnlyCollection<string> names)
    {
        var tangents = names.ToDictionary(name => name, name => operands[name].Changes((ulong)name[0] + 7));
        var (value, tangent) = Interpret.OnDuals(formula, operands, tangents);
        Within(0, Interpret.OnBuffers<double>(formula, operands), value, "the primal value");

        var size = Norm(tangent);
        double Remainder(double step)
        {
            var moved = Interpret.OnBuffers<double>(
                formula, names.Aggregate(operands, (all, name) => Replaced(all, name, operands[name].Plus(step, tangents[name]))));
            return Norm(moved.Plus(-1, value).Plus(-step, tangent)) / (step * size);
        }

        var (coarse, fine) = (Remainder(1e-3), Remainder(1e-4));
        Assert.IsTrue(size > 0, "expected a tangent that is not 0");
        Assert.IsTrue(
            coarse < 1e-9 || (coarse < 0.5 && fine < 0.11 * coarse),
            $"expected a relative remainder that shrinks as the perturbation, got {coarse:R} at 1e-3 and {fine:R} at 1e-4");

        var isSymbolic = operands.Values.Any(o => o.SymbolicAxis is not null && o.Shape[0] == value.Shape[0]);
        var cotangent = Operand.Gaussian(23, value.Shape) with { SymbolicAxis = isSymbolic ? 0 : null };
        var onBuffers = Interpret.OnTape<double>(formula, operands, cotangent.Values).Gradients;
        Transposed(1e-12, onBuffers, "the tape over buffers");
        Transposed(1e-5, Interpret.OnTapeOverTorch(formula, operands, cotangent, names), "the tape over LibTorch");
        Transposed(1e-5, Interpret.OnTapeOverOnnx(formula, operands, cotangent, names), "the tape over ONNX");
        var second = Interpret.OnTapeOverDuals(formula, operands, cotangent, tangents, names);
        Transposed(1e-12, second.ToDictionary(p => p.Key, p => p.Value.Gradient), "the tape over dual numbers");

        void Transposed(double tolerance, Dictionary<string, double[]> gradients, string what)
        {
            var forward = Dot(tangent, cotangent);
            var products = gradients.Where(p => tangents.ContainsKey(p.Key)).SelectMany(p => tangents[p.Key].Values.Zip(p.Value, (t, g) => t * g)).ToList();
            var scale = products.Sum(Math.Abs) + Norm(tangent);
            Assert.IsTrue(Math.Abs(forward - products.Sum()) <= tolerance * scale, $"adjoint of {what}: expected {forward:R}, got {products.Sum():R}");
            foreach (var (name, gradient) in gradients)
            {
                var largest = Math.Max(1, onBuffers[name].Max(Math.Abs));
                Within(Math.Max(tolerance, 1e-11) * 10 * largest, onBuffers[name], gradient, $"gradient by {name} of {what}");
            }
        }
    }

    /// <summary>Derivatives of the gradient, from a tape over dual numbers, agree with central differences of the tape's.</summary>
    public static void SecondDerivativesWithFiniteDifferences(
        IFormula formula, IReadOnlyDictionary<string, Operand> operands, IReadOnlyCollection<string> names)
    {
        const double step = 1e-5;
        var tangents = names.ToDictionary(name => name, name => operands[name].Changes((ulong)name[0] + 7));
        var cotangent = Operand.Gaussian(23, Interpret.OnBuffers<double>(formula, operands).Shape);
        Dictionary<string, double[]> At(double distance) => Interpret.OnTape<double>(
            formula, names.Aggregate(operands, (all, name) => Replaced(all, name, operands[name].Plus(distance, tangents[name]))), cotangent.Values).Gradients;
        var (before, after) = (At(-step), At(step));
        foreach (var (name, (_, change)) in Interpret.OnTapeOverDuals(formula, operands, cotangent, tangents, names))
        {
            double[] expected = [.. after[name].Zip(before[name], (a, b) => (a - b) / (2 * step))];
            Within(1e-5 * Math.Max(1, expected.Max(Math.Abs)), expected, change, $"derivative of the gradient by {name}");
        }
    }

    public static double Norm(Operand a) => Math.Sqrt(a.Values.Sum(v => v * v));

    public static IReadOnlyDictionary<string, Operand> Replaced(IReadOnlyDictionary<string, Operand> operands, string name, Operand operand) =>
        new Dictionary<string, Operand>(operands) { [name] = operand };

    private static double Dot(Operand a, Operand b) => a.Values.Zip(b.Values, (x, y) => x * y).Sum();
}
