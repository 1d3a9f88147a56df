using System.Numerics.Tensors;

namespace Coda.Classical.Numerics;

/// <summary>An approximate inverse of a symmetric positive A from directions s whose images A s are known: that of limited-memory BFGS, from the identity
/// on.</summary>
/// <remarks>
/// The directions of conjugate gradients make it, and it preconditions the systems after theirs, which need only resemble them (J. L. Morales and J. Nocedal,
/// SIAM J. Optim. 10, 2000, doi:10.1137/S1052623497327854). It is positive whatever rounding did to the directions' orthogonality. Not thread-safe.
/// </remarks>
/// <param name="most">The most directions that are kept; the oldest go first.</param>
internal sealed class QuasiNewtonPreconditioner(int most)
{
    private readonly List<(double[] Direction, double[] Image)> _pairs = []; // both over √(sᵀ A s)
    private readonly double[] _weights = new double[most];

    /// <summary>Forgets all directions: the identity again.</summary>
    public void Clear() => _pairs.Clear();

    /// <summary>Takes a direction.</summary>
    /// <param name="direction">s.</param>
    /// <param name="image">A s.</param>
    /// <param name="curvature">sᵀ A s, greater than 0.</param>
    public void Add(double[] direction, double[] image, double curvature)
    {
        var pair = (new double[direction.Length], new double[direction.Length]);
        if (_pairs.Count == most)
        {
            pair = _pairs[0];
            _pairs.RemoveAt(0);
        }

        TensorPrimitives.Multiply(direction, 1 / Math.Sqrt(curvature), pair.Item1);
        TensorPrimitives.Multiply(image, 1 / Math.Sqrt(curvature), pair.Item2);
        _pairs.Add(pair);
    }

    /// <summary>Replaces a vector by its product with the approximate inverse.</summary>
    /// <param name="vector">The vector.</param>
    public void Apply(Span<double> vector)
    {
        for (var i = _pairs.Count - 1; i >= 0; i--)
        {
            _weights[i] = TensorPrimitives.Dot(_pairs[i].Direction, vector);
            TensorPrimitives.MultiplyAdd(_pairs[i].Image, -_weights[i], vector, vector);
        }

        for (var i = 0; i < _pairs.Count; i++)
        {
            var (direction, image) = _pairs[i];
            TensorPrimitives.MultiplyAdd(direction, _weights[i] - TensorPrimitives.Dot(image, vector), vector, vector);
        }
    }
}
