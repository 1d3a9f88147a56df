using System.Numerics.Tensors;
using Coda.Classical.Numerics;
using Coda.Classical.Variational.Smoothing;

namespace Coda.Classical.Variational.Tiles;

/// <summary>The normal equations on a part of the ring, at all steps, as if everything outside were known: factored exactly.</summary>
/// <remarks>
/// S_k = q A_k + MᵀM with the information A_k as in <see cref="TrajectorySmoother"/>, M the tile's own block but MᵀM over all rows, so that the blocks are
/// those of the whole matrix. Only U of S_k = UᵀU is kept; S⁻¹ and the diagonals of M are enough to solve. Twice four solves and products of order n² for
/// each right-hand side.
/// </remarks>
/// <param name="start">The first site.</param>
/// <param name="length">The sites.</param>
/// <param name="core">The first site, counted within the tile, that is nobody else's, and how many there are.</param>
internal sealed class SpaceTile(int start, int length, (int First, int Count) core)
{
    private readonly int _padded = PackedTriangle.Padded(length);
    private double[][] _factors = []; // [time][packed]
    private double[] _solution = [];  // [time, padded]

    /// <summary>Factors the equations.</summary>
    /// <param name="equations">The equations of the whole ring.</param>
    /// <param name="scratch">Matrices.</param>
    /// <returns>Whether they are positive definite.</returns>
    public bool Factor(NormalEquations equations, TileScratch scratch)
    {
        Reserve(equations.Count);
        Array.Clear(scratch.Information);
        for (var k = 0; k < equations.Count; k++)
        {
            AddInformation(equations.Information, k, scratch);
            Fill(equations, k, scratch);
            if (!BlockedCholesky<double>.Factor(scratch.System, length, scratch.Stride, scratch.Work))
            {
                return false;
            }

            PackedTriangle.Pack(scratch.System, scratch.Stride, length, _factors[k]);
            if (k + 1 < equations.Count)
            {
                Carry(equations.Variance, scratch);
            }
        }

        return true;
    }

    /// <summary>Solves for one right-hand side; the solution stays here until it is added up.</summary>
    /// <param name="equations">The equations that were factored.</param>
    /// <param name="right">The right-hand side on the whole ring. [time, space]</param>
    /// <param name="scratch">Vectors.</param>
    public void Solve(NormalEquations equations, double[] right, TileScratch scratch)
    {
        var size = equations.Model.Size;
        for (var k = 0; k < equations.Count; k++)
        {
            var target = _solution.AsSpan(k * _padded, _padded);
            target.Clear();
            Gather(right.AsSpan(k * size, size), target);
            if (k > 0)
            {
                equations.Model.MultiplyPart(k - 1, start, _solution.AsSpan((k - 1) * _padded, length), target[..length]);
            }

            PackedTriangle.SolveTransposed(_factors[k], target);
            PackedTriangle.Solve(_factors[k], target);
        }

        var vector = scratch.Vector.AsSpan(0, _padded);
        for (var k = equations.Count - 1; k >= 0; k--)
        {
            var target = _solution.AsSpan(k * _padded, _padded);
            TensorPrimitives.Multiply(target, equations.Variance, target);
            if (k + 1 < equations.Count)
            {
                vector.Clear();
                equations.Model.MultiplyPartTransposed(k, start, _solution.AsSpan((k + 1) * _padded, length), vector[..length]);
                PackedTriangle.SolveTransposed(_factors[k], vector);
                PackedTriangle.Solve(_factors[k], vector);
                TensorPrimitives.Add<double>(target, vector, target);
            }
        }
    }

    /// <summary>Adds the solution to that of other tiles.</summary>
    /// <param name="k">The step.</param>
    /// <param name="sum">The sum. [space]</param>
    public void AddTo(int k, Span<double> sum)
    {
        var before = Math.Min(length, sum.Length - start);
        var solution = _solution.AsSpan(k * _padded, length);
        var head = sum.Slice(start, before);
        var tail = sum[..(length - before)];
        TensorPrimitives.Add<double>(solution[..before], head, head);
        TensorPrimitives.Add<double>(solution[before..], tail, tail);
    }

    /// <summary>Adds the square of what a vector differs by from the solution here, in the tile's core.</summary>
    /// <param name="vector">The vector on the whole ring. [time, space]</param>
    /// <param name="size">The sites of the ring.</param>
    /// <param name="share">What the squares are multiplied with.</param>
    /// <param name="sum">The sum. [time, space]</param>
    public void AddOutside(double[] vector, int size, double share, double[] sum)
    {
        for (var k = 0; k < vector.Length / size; k++)
        {
            for (var i = core.First; i < core.First + core.Count; i++)
            {
                var site = (k * size) + ((start + i) % size);
                var difference = vector[site] - _solution[(k * _padded) + i];
                sum[site] += share * difference * difference;
            }
        }
    }

    /// <summary>The variances of the tile's core, given what is outside the tile: C_k = q S⁻¹ + S⁻¹ Mᵀ C_{k+1} M S⁻¹.</summary>
    /// <param name="equations">The equations that were factored.</param>
    /// <param name="variances">Takes the variances. [time, space]</param>
    /// <param name="scratch">Matrices.</param>
    public void Variances(NormalEquations equations, double[] variances, TileScratch scratch)
    {
        var (size, stride, covariance) = (equations.Model.Size, scratch.Square, scratch.Information);
        for (var k = equations.Count - 1; k >= 0; k--)
        {
            Invert(k, scratch);
            if (k + 1 == equations.Count)
            {
                TensorPrimitives.Multiply(scratch.Inverse, equations.Variance, covariance);
            }
            else
            {
                CarryBack(equations, k, scratch);
            }

            for (var i = core.First; i < core.First + core.Count; i++)
            {
                variances[(k * size) + ((start + i) % size)] = covariance[(i * stride) + i];
            }
        }
    }

    // A += HᵀR⁻¹H, upper triangle.
    private void AddInformation(RingBands bands, int k, TileScratch scratch)
    {
        for (var offset = 0; offset <= bands.High; offset++)
        {
            var diagonal = bands.Diagonal(k, offset);
            for (var i = 0; i + offset < length; i++)
            {
                scratch.Information[(i * scratch.Square) + i + offset] += diagonal[(start + i) % bands.Size];
            }
        }
    }

    // [q A + MᵀM | Mᵀ]; without M at the last step.
    private void Fill(NormalEquations equations, int k, TileScratch scratch)
    {
        for (var i = 0; i < length; i++)
        {
            var row = scratch.System.AsSpan(i * scratch.Stride, scratch.Stride);
            TensorPrimitives.Multiply(scratch.Information.AsSpan((i * scratch.Square) + i, length - i), equations.Variance, row[i..length]);
            row[length..].Clear();
        }

        if (k + 1 == equations.Count)
        {
            return;
        }

        var model = equations.Model;
        model.Square(k, start, length, scratch.Diagonals);
        for (var d = 0; d <= model.High - model.Low; d++)
        {
            for (var i = 0; i + d < length; i++)
            {
                scratch.System[(i * scratch.Stride) + i + d] += scratch.Diagonals[(d * length) + i];
            }
        }

        for (var offset = model.Low; offset <= model.High; offset++)
        {
            var diagonal = model.Diagonal(k, offset);
            for (var row = Math.Max(0, -offset); row < length - Math.Max(0, offset); row++)
            {
                scratch.System[((row + offset) * scratch.Stride) + length + row] = diagonal[(start + row) % model.Size];
            }
        }
    }

    // A = (I - WᵀW) / q.
    private void Carry(double variance, TileScratch scratch)
    {
        var right = scratch.System.AsSpan(length);
        MatrixProduct.Multiply(right, 1, scratch.Stride, right, scratch.Stride, scratch.Product, scratch.Square, (length, length, length), upperOnly: true);
        for (var i = 0; i < length; i++)
        {
            var target = scratch.Information.AsSpan((i * scratch.Square) + i, length - i);
            TensorPrimitives.Multiply(scratch.Product.AsSpan((i * scratch.Square) + i, length - i), -1 / variance, target);
            target[0] += 1 / variance;
        }
    }

    // S⁻¹ = U⁻¹ U⁻ᵀ.
    private void Invert(int k, TileScratch scratch)
    {
        var (stride, inverse) = (scratch.Square, scratch.Product);
        PackedTriangle.Unpack(_factors[k], length, scratch.System, stride);
        Array.Clear(inverse);
        for (var i = 0; i < length; i++)
        {
            inverse[(i * stride) + i] = 1;
        }

        MatrixProduct.SolveUpper(scratch.System, stride, inverse, stride, length, length);
        MatrixProduct.Transpose(inverse, stride, scratch.Transposed, stride, length, length);
        MatrixProduct.Multiply(inverse, stride, 1, scratch.Transposed, stride, scratch.Inverse, stride, (length, length, length));
    }

    private void CarryBack(NormalEquations equations, int k, TileScratch scratch)
    {
        var (stride, covariance, shape) = (scratch.Square, scratch.Information, (length, length, length));
        Sandwich(covariance, scratch.Transposed);
        MatrixProduct.Transpose(scratch.Transposed, stride, scratch.Product, stride, length, length);
        Sandwich(scratch.Product, scratch.Transposed); // Mᵀ C M
        MatrixProduct.Multiply(scratch.Inverse, stride, 1, scratch.Transposed, stride, scratch.Product, stride, shape);
        MatrixProduct.Multiply(scratch.Product, stride, 1, scratch.Inverse, stride, covariance, stride, shape);
        TensorPrimitives.MultiplyAdd(scratch.Inverse, equations.Variance, covariance, covariance);

        void Sandwich(double[] rows, double[] target) // target = rows M
        {
            for (var i = 0; i < length; i++)
            {
                var row = target.AsSpan(i * stride, length);
                row.Clear();
                equations.Model.MultiplyPartTransposed(k, start, rows.AsSpan(i * stride, length), row);
            }
        }
    }

    private void Gather(ReadOnlySpan<double> source, Span<double> target)
    {
        var before = Math.Min(length, source.Length - start);
        source.Slice(start, before).CopyTo(target);
        source[..(length - before)].CopyTo(target[before..]);
    }

    private void Reserve(int count)
    {
        var had = _factors.Length;
        if (had < count)
        {
            Array.Resize(ref _factors, count);
            for (var k = had; k < count; k++)
            {
                _factors[k] = new double[PackedTriangle.Entries(length)];
            }
        }

        if (_solution.Length < count * _padded)
        {
            _solution = new double[count * _padded];
        }
    }
}
