using System.Numerics.Tensors;
using Coda.Classical.Numerics;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;

namespace Coda.Classical.Variational.Tiles;

/// <summary>The normal equations A δ = b of one Gauss-Newton pass on a ring, as the few diagonals that derivatives have there.</summary>
/// <remarks>
/// A = B⁻¹ + HᵀR⁻¹H + DᵀD / q, where (D δ)_k = δ_{k+1} - M_k δ_k and B⁻¹ counts at the first step only. A is never formed: it is applied in this form, which
/// keeps what DᵀD / q of a small q would round away. A step takes 8 bytes a site for each diagonal of M and of HᵀH.
/// </remarks>
internal sealed class NormalEquations
{
    private readonly int _size;

    /// <summary>Makes equations.</summary>
    /// <param name="reach">How far the derivatives reach.</param>
    public NormalEquations(RingReach reach)
    {
        _size = reach.Size;
        (Model, Information) = (new RingBands(_size, reach.Low, reach.High), new RingBands(_size, -reach.Observations, reach.Observations));
        Prior = new double[_size];
    }

    /// <summary>M_k.</summary>
    public RingBands Model { get; }

    /// <summary>HᵀR⁻¹H, with B⁻¹ at the first step.</summary>
    public RingBands Information { get; }

    /// <summary>B⁻¹. [space]</summary>
    public double[] Prior { get; }

    /// <summary>b. [time, space]</summary>
    public double[] Right { get; private set; } = [];

    /// <summary>q.</summary>
    public double Variance { get; private set; }

    /// <summary>The number of steps.</summary>
    public int Count { get; private set; }

    /// <summary>Makes room.</summary>
    /// <param name="count">The number of steps.</param>
    /// <param name="variance">q.</param>
    public void Reserve(int count, double variance)
    {
        (Count, Variance) = (count, variance);
        Model.Reserve(count - 1);
        Information.Reserve(count);
        if (Right.Length != count * _size)
        {
            Right = new double[count * _size];
        }
    }

    /// <summary>y = A x for some steps.</summary>
    /// <param name="x">x. [time, space]</param>
    /// <param name="y">Takes those steps of y. [time, space]</param>
    /// <param name="first">The first step.</param>
    /// <param name="count">Their number.</param>
    /// <param name="scratch">Twice the length of a state.</param>
    /// <returns>Their part of xᵀ A x.</returns>
    public double Apply(double[] x, double[] y, int first, int count, double[] scratch)
    {
        var before = scratch.AsSpan(0, _size);
        var after = scratch.AsSpan(_size, _size);
        var sum = 0.0;
        before.Clear();
        if (first > 0)
        {
            Defect(x, first - 1, before);
        }

        for (var k = first; k < first + count; k++)
        {
            var state = x.AsSpan(k * _size, _size);
            var target = y.AsSpan(k * _size, _size);
            target.Clear();
            if (k + 1 < Count)
            {
                Defect(x, k, after);
            }
            else
            {
                after.Clear();
            }

            AddTransposed(k, before, after, target);
            Information.Multiply(k, state, target);
            sum += TensorPrimitives.Dot<double>(state, target);
            after.CopyTo(before);
        }

        return sum;
    }

    /// <summary>Adds Dᵀ d / q at one step to a vector.</summary>
    /// <param name="k">The step.</param>
    /// <param name="defects">d_{k-1} and d_k, 0 where there is none; the second is lost. Twice the length of a state.</param>
    /// <param name="target">The vector. [space]</param>
    public void AddModel(int k, double[] defects, Span<double> target) => AddTransposed(k, defects.AsSpan(0, _size), defects.AsSpan(_size, _size), target);

    // δ_{k+1} - M_k δ_k.
    private void Defect(double[] x, int k, Span<double> defect)
    {
        defect.Clear();
        Model.Multiply(k, x.AsSpan(k * _size, _size), defect);
        TensorPrimitives.Subtract<double>(x.AsSpan((k + 1) * _size, _size), defect, defect);
    }

    // target += (before - Mᵀ after) / q.
    private void AddTransposed(int k, ReadOnlySpan<double> before, Span<double> after, Span<double> target)
    {
        TensorPrimitives.MultiplyAdd(before, 1 / Variance, target, target);
        if (k + 1 < Count)
        {
            TensorPrimitives.Multiply(after, -1 / Variance, after);
            Model.MultiplyTransposed(k, after, target);
            TensorPrimitives.Multiply(after, -Variance, after);
        }
    }
}
