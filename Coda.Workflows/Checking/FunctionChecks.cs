using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Workflows.Checking;

/// <summary>What every function of the state must do: shapes, leading axes, derivatives.</summary>
/// <param name="function">The function.</param>
/// <param name="state">A state that it is examined at. [space]</param>
internal sealed class FunctionChecks(IFieldFunction function, double[] state)
{
    private const double Coarse = 1e-3;
    private const double Fine = 1e-4;

    private readonly BufferAlgebra<double> _ops = new();

    // How large the state's entries are: what perturbations are a part of.
    private readonly double _scale = state.Any(x => x != 0) ? Math.Sqrt(state.Sum(x => x * x) / state.Length) : 1;

    /// <summary>The shape of a value, and that its numbers are finite.</summary>
    /// <param name="size">The length that the last axis must have.</param>
    public string Shape(int size)
    {
        foreach (int[] leading in new int[][] { [], [2] })
        {
            int[] expected = [.. leading, size];
            var value = Value(state, leading);
            CheckFailure.Require(
                value.Shape.SequenceEqual(expected), $"[{string.Join(", ", expected)}] of a state of [{string.Join(", ", [.. leading, state.Length])}]",
                $"[{string.Join(", ", value.Shape)}]");
            CheckFailure.Require(value.Values.All(double.IsFinite), "finite numbers", string.Join(", ", value.Values.Where(v => !double.IsFinite(v)).Take(1)));
        }

        return $"[..., {size}]";
    }

    /// <summary>A batch's values are those of each state.</summary>
    public string LeadingAxes()
    {
        double[] other = [.. state.Zip(Direction(1), (x, d) => x + (0.01 * d))];
        var (together, first, second) = (Value([.. state, .. other], 2).Values, Value(state).Values, Value(other).Values);
        var difference = Largest(together.Zip(first.Concat(second), (a, b) => a - b)) / Math.Max(Largest(first), double.Epsilon);
        CheckFailure.Require(difference < 1e-12, "a batch of states to give what each gives alone", $"a relative difference of {difference:G2}");
        return "free";
    }

    /// <summary>The tangent against finite differences: what it leaves over shrinks with the square of the perturbation (Taylor).</summary>
    public string Tangent()
    {
        var direction = Direction(2);
        var (value, tangent) = TangentAlong(direction);
        var size = Norm(tangent);
        var (coarse, fine) = (Remainder(Coarse), Remainder(Fine));
        CheckFailure.Require(
            double.IsFinite(coarse) && (coarse < 1e-9 || (coarse < 0.5 && fine < 0.2 * coarse)),
            "finite differences that come to the tangent as the perturbation becomes smaller",
            $"a relative difference of {coarse:G2} at {Coarse} and {fine:G2} at {Fine} of the state's size");
        return FormattableString.Invariant($"within {fine:G1} of finite differences");

        double Remainder(double step)
        {
            var moved = Value([.. state.Zip(direction, (x, d) => x + (step * d))]).Values;
            var left = Norm([.. moved.Select((m, i) => m - value[i] - (step * tangent[i]))]);
            return left / ((step * Math.Max(size, 1e-12 * Norm(value) / _scale)) + double.Epsilon); // also where the derivative vanishes
        }
    }

    /// <summary>The adjoint is the tangent's transpose: &lt;M x', y&gt; = &lt;x', Mᵀ y&gt;.</summary>
    public string Adjoint()
    {
        var direction = Direction(2);
        var (_, tangent) = TangentAlong(direction);
        var tape = new Tape<NdArray<double>>(_ops);
        var input = tape.Input(_ops.From(state, state.Length));
        var result = function.Of(tape.Field(input)).Value;
        var cotangent = Gaussian(3, tangent.Length);
        tape.AddGradient(result, _ops.From(cotangent, result.Value.Shape));
        tape.Backward();
        var gradient = input.HasGradient ? input.Gradient!.Span.ToArray() : new double[state.Length];
        var (forward, backward) = (Dot(tangent, cotangent), Dot(direction, gradient));
        var size = direction.Zip(gradient, (d, g) => Math.Abs(d * g)).Sum() + Norm(tangent);
        var difference = Math.Abs(forward - backward) / Math.Max(size, double.Epsilon);
        CheckFailure.Require(difference < 1e-10, "the tangent's transpose", $"a relative difference of {difference:G2}");
        return FormattableString.Invariant($"within {difference:G1} of the tangent");
    }

    private (double[] Value, double[] Tangent) TangentAlong(double[] direction)
    {
        var duals = new DualAlgebra<NdArray<double>>(_ops);
        var result = function.Of(duals.Field(duals.Variable(_ops.From(state, state.Length), _ops.From(direction, state.Length)))).Value;
        return (result.Primal.Span.ToArray(), result.IsConstant ? new double[result.Primal.Length] : result.Tangent.Span.ToArray());
    }

    private (int[] Shape, double[] Values) Value(double[] states, params int[] leading)
    {
        double[] all = [.. Enumerable.Repeat(states, states.Length == state.Length && leading.Length > 0 ? leading[0] : 1).SelectMany(s => s)];
        var result = function.Of(_ops.Field(_ops.From(all, [.. leading, state.Length]))).Value;
        return (result.Shape, result.Span.ToArray());
    }

    // Relative to each entry, so that small ones stay on their side of 0.
    private double[] Direction(ulong seed) =>
        [.. Gaussian(seed, state.Length).Select((g, i) => g * (state[i] != 0 ? Math.Min(Math.Abs(state[i]), _scale) : _scale))];

    private static double[] Gaussian(ulong seed, int length)
    {
        var random = new CounterRandom(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextGaussian())];
    }

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(v => v * v));

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double Largest(IEnumerable<double> values) => values.Max(Math.Abs);
}
