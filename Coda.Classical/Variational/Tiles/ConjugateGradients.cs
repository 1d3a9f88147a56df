using System.Numerics.Tensors;
using Coda.Classical.Numerics;

namespace Coda.Classical.Variational.Tiles;

/// <summary>Solves the normal equations of a ring by conjugate gradients, preconditioned by tiles that overlap (additive Schwarz).</summary>
/// <remarks>
/// M. R. Hestenes and E. Stiefel, J. Res. NBS 49, 1952, doi:10.6028/jres.049.044. Sums are taken over fixed parts of the record and added in order, and each
/// tile has memory of its own, so that the number of workers changes no bit.
/// </remarks>
/// <param name="equations">A δ = b.</param>
/// <param name="tiles">The factored tiles.</param>
/// <param name="rows">Loops over steps.</param>
/// <param name="parts">Loops over tiles.</param>
internal sealed class ConjugateGradients(NormalEquations equations, SpaceTile[] tiles, WorkerLoop<RingLinearization> rows, WorkerLoop<TileScratch> parts)
{
    private const int Steps = 16; // of one turn

    private double[] _direction = [];
    private double[] _image = []; // of the direction under A, then of the residual under the preconditioner

    /// <summary>δ. [time, space]</summary>
    public double[] Solution { get; private set; } = [];

    private int Turns => (equations.Count + Steps - 1) / Steps;

    /// <summary>Solves.</summary>
    /// <param name="tolerance">The error to stop at, in the norm of A: a share of that of the start, or of one unit for each unknown where that is
    /// more.</param>
    /// <param name="most">The most iterations.</param>
    /// <returns>Whether the tolerance was reached, and the iterations; the right-hand side is left as the residual.</returns>
    public (bool IsSolved, int Iterations) Solve(double tolerance, int most)
    {
        Reserve();
        Array.Clear(Solution);
        var size = Precondition();
        var enough = tolerance * tolerance * Math.Max(size, Solution.Length);
        _image.CopyTo(_direction, 0);
        for (var iteration = 0; ; iteration++)
        {
            if (size <= enough || iteration == most || !double.IsFinite(size))
            {
                return (size <= enough, iteration);
            }

            var step = size / ApplyTo(_direction);
            rows.Run(Turns, (_, turn) =>
            {
                var (from, length) = Entries(turn);
                Add(_direction.AsSpan(from, length), step, Solution.AsSpan(from, length));
                Add(_image.AsSpan(from, length), -step, equations.Right.AsSpan(from, length));
            });
            var next = Precondition();
            var factor = next / size;
            rows.Run(Turns, (_, turn) =>
            {
                var (from, length) = Entries(turn);
                var direction = _direction.AsSpan(from, length);
                TensorPrimitives.MultiplyAdd(direction, factor, _image.AsSpan(from, length), direction);
            });
            size = next;
        }
    }

    /// <summary>Adds the square of what the solution is inside each tile because of what it is outside.</summary>
    /// <param name="sum">The sum. [time, space]</param>
    /// <param name="share">What the squares are multiplied with.</param>
    public void AddOutside(double[] sum, double share)
    {
        ApplyTo(Solution);
        parts.Run(tiles.Length, (scratch, i) =>
        {
            tiles[i].Solve(equations, _image, scratch);
            tiles[i].AddOutside(Solution, equations.Model.Size, share, sum);
        });
    }

    private double ApplyTo(double[] vector) => rows.Sum(
        Turns, (scratch, turn) => equations.Apply(vector, _image, turn * Steps, Math.Min(Steps, equations.Count - (turn * Steps)), scratch.Scratch));

    // The image of the residual, and their product.
    private double Precondition()
    {
        parts.Run(tiles.Length, (scratch, i) => tiles[i].Solve(equations, equations.Right, scratch));
        return rows.Sum(Turns, (_, turn) =>
        {
            var ((from, length), size) = (Entries(turn), equations.Model.Size);
            var sum = _image.AsSpan(from, length);
            sum.Clear();
            foreach (var tile in tiles)
            {
                for (var row = 0; row < length / size; row++)
                {
                    tile.AddTo((turn * Steps) + row, sum.Slice(row * size, size));
                }
            }

            return TensorPrimitives.Dot<double>(sum, equations.Right.AsSpan(from, length));
        });
    }

    private static void Add(ReadOnlySpan<double> x, double factor, Span<double> y) => TensorPrimitives.MultiplyAdd(x, factor, y, y);

    private (int From, int Length) Entries(int turn)
    {
        var size = equations.Model.Size;
        return (turn * Steps * size, Math.Min(Steps, equations.Count - (turn * Steps)) * size);
    }

    private void Reserve()
    {
        if (Solution.Length != equations.Right.Length)
        {
            (Solution, _direction, _image) = (new double[equations.Right.Length], new double[equations.Right.Length], new double[equations.Right.Length]);
        }
    }
}
