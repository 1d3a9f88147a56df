using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Data.Dynamics;

/// <summary>How long the steps of an explicit scheme may be (Courant, Friedrichs and Lewy, 1928): the fastest mode of a tendency must lie where the scheme
/// does not make it grow.</summary>
/// <remarks>
/// The eigenvalue of largest modulus of the tangent at the reference state by power iteration, and the scheme's own growth along its direction, both found by
/// computing, so that they hold for plug-ins, too. States of more than 400,000 entries are given fewer iterations, which may find a slower mode: such a limit
/// is too long rather than too short.
/// </remarks>
internal static class StepLimit
{
    private const int Iterations = 40;
    private const int LeastIterations = 4;
    private const int MostEntries = 1 << 24; // iterations times entries
    private const double Tolerated = 1.05; // growth in a step, which states of finite size bound
    private const double Farthest = 60;
    private const double Stride = 0.05;

    /// <summary>The longest step for changes of a known rate, be they waves or decay.</summary>
    /// <param name="rate">The rate, 1/time.</param>
    /// <param name="scheme">The scheme.</param>
    public static double Of(double rate, Integrator scheme) => Math.Min(Reach(scheme, -1, 0), Reach(scheme, 0, 1)) / rate;

    /// <summary>The longest step.</summary>
    /// <param name="tendency">The tendency, of coordinates where fields have bounds.</param>
    /// <param name="state">The state to look at. [space]</param>
    /// <param name="scheme">The scheme.</param>
    /// <returns>The step; infinite where nothing bounds it.</returns>
    public static double Of(Func<Field<Dual<NdArray<double>>>, Field<Dual<NdArray<double>>>> tendency, double[] state, Integrator scheme)
    {
        var (real, imaginary) = Fastest(tendency, state);
        var rate = Math.Sqrt((real * real) + (imaginary * imaginary));
        return rate > 0 && double.IsFinite(rate) ? Reach(scheme, -Math.Abs(real) / rate, imaginary / rate) / rate : double.PositiveInfinity;
    }

    // λ = s/2 ± √(s²/4 - d), where J J v = s J v - d v for what the iteration comes to, alone or as a pair.
    private static (double Real, double Imaginary) Fastest(Func<Field<Dual<NdArray<double>>>, Field<Dual<NdArray<double>>>> tendency, double[] state)
    {
        var inner = new BufferAlgebra<double>();
        var (ops, random) = (new DualAlgebra<NdArray<double>>(inner), new CounterRandom(1928));
        double[] v = [.. state.Select(_ => random.NextGaussian())];
        var iterations = Math.Clamp(MostEntries / state.Length, LeastIterations, Iterations);
        for (var i = 0; i < iterations; i++)
        {
            v = Scaled(Tangent(v), out var size);
            if (size == 0)
            {
                return (0, 0);
            }
        }

        var w = Tangent(v);
        var u = Tangent(w);
        var (vw, ww, uv, uw) = (Dot(v, w), Dot(w, w), Dot(u, v), Dot(u, w)); // v has length 1
        var determinant = ww - (vw * vw);
        if (determinant < 1e-12 * ww)
        {
            return (vw, 0); // v is an eigenvector
        }

        var (s, d) = ((uw - (vw * uv)) / determinant, ((vw * uw) - (ww * uv)) / determinant);
        var discriminant = (s * s / 4) - d;
        return discriminant < 0 ? (s / 2, Math.Sqrt(-discriminant)) : ((s / 2) + (Math.CopySign(1, s) * Math.Sqrt(discriminant)), 0);

        double[] Tangent(double[] along)
        {
            var x = ops.Variable(inner.From(state, 1, state.Length), inner.From(along, 1, along.Length));
            var result = tendency(ops.Field(x)).Value;
            double[] tangent = result.IsConstant ? new double[state.Length] : [.. result.Tangent.Span];
            inner.Recycle();
            return tangent;
        }
    }

    // The largest r up to which the scheme lets dx/dt = λ x grow no more than is tolerated, for λ dt = r (real + i imaginary).
    private static double Reach(Integrator scheme, double real, double imaginary)
    {
        var ops = new BufferAlgebra<double>();
        for (var r = Stride; r < Farthest; r += Stride)
        {
            var turn = new ConstantMatrix(new[,] { { r * real, -r * imaginary }, { r * imaginary, r * real } });
            var next = scheme.Advance((x, _) => x.MatrixProduct(turn, -1), ops.Field(ops.Constant([1.0, 0.0])), 1).Value.Span.ToArray();
            ops.Recycle();
            if (!(Math.Sqrt(Dot(next, next)) <= Tolerated))
            {
                return r - Stride;
            }
        }

        return double.PositiveInfinity;
    }

    private static double Dot(double[] a, double[] b) => System.Numerics.Tensors.TensorPrimitives.Dot<double>(a, b);

    private static double[] Scaled(double[] a, out double size)
    {
        var norm = size = Math.Sqrt(Dot(a, a));
        return norm == 0 ? a : [.. a.Select(x => x / norm)];
    }
}
