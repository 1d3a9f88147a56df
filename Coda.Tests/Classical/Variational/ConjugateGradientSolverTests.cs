using System.Numerics.Tensors;
using Coda.Classical.Numerics;

namespace Coda.Tests.Classical.Variational;

/// <summary>Conjugate gradients on systems like those of 4D-Var: eigenvalues of 1 but for some that are large, products in single precision.</summary>
[TestClass]
public sealed class ConjugateGradientSolverTests
{
    private const int Size = 300;

    [TestMethod]
    public void WhatOneSystemShowedPreconditionsTheNext()
    {
        var solver = new ConjugateGradientSolver(new() { Tolerance = 1e-3, MostIterations = 60, IsPreconditioned = true });
        var (first, second) = (new Likeness(1, 40), new Likeness(1.1, 40));
        var alone = Solve(new ConjugateGradientSolver(new() { Tolerance = 1e-3, MostIterations = 60 }), second, 2);
        Assert.IsLessThan(2e-2, Solve(solver, first, 1).Residual); // of a norm that is not the one it stops by
        var next = Solve(solver, second, 2);
        Assert.IsLessThan(2e-2, next.Residual);
        Assert.IsLessThan(0.5 * alone.Iterations, next.Iterations);
    }

    [TestMethod]
    public void RoundingLeavesThePreconditionerPositive()
    {
        // Many iterations past the first eigenvalues' convergence bring copies of these, which must not count twice.
        var solver = new ConjugateGradientSolver(new() { Tolerance = 1e-6, MostIterations = 80, IsPreconditioned = true });
        var likeness = new Likeness(1, 5);
        for (var seed = 1; seed < 6; seed++)
        {
            var (residual, iterations) = Solve(solver, likeness, seed);
            Assert.IsGreaterThan(0, iterations);
            Assert.IsLessThan(1e-2, residual, $"system {seed}");
        }
    }

    [TestMethod]
    public void ItBeginsAnew()
    {
        var solver = new ConjugateGradientSolver(new() { Tolerance = 1e-3, MostIterations = 60, IsPreconditioned = true });
        var likeness = new Likeness(1, 40);
        var first = Solve(solver, likeness, 1);
        solver.Begin();
        Assert.AreEqual(first, Solve(solver, likeness, 1));
    }

    private static (double Residual, long Iterations) Solve(ConjugateGradientSolver solver, Likeness matrix, int seed)
    {
        var (right, solution, image, before) = (Noise(seed), new double[Size], new double[Size], solver.Iterations);
        solver.Solve(right, solution, matrix.Apply);
        matrix.Apply(solution, image);
        return (TensorPrimitives.Distance<double>(right, image) / TensorPrimitives.Norm<double>(right), solver.Iterations - before);
    }

    private static double[] Noise(int seed)
    {
        var values = new double[Size];
        for (var i = 0; i < Size; i++)
        {
            values[i] = Math.Sin((seed * 12.9898 * (i + 1)) + (i * i * 78.233));
        }

        return values;
    }

    // I + Σ 3000 / k² w wᵀ over waves w, rounded to single precision.
    private sealed class Likeness(double scale, int large)
    {
        public void Apply(double[] vector, double[] image)
        {
            vector.CopyTo(image, 0);
            for (var k = 1; k <= large; k++)
            {
                double[] wave = [.. Enumerable.Range(0, Size).Select(i => Math.Sqrt(2.0 / Size) * Math.Cos(Math.PI * k * (i + 0.5) / Size))];
                TensorPrimitives.MultiplyAdd(wave, scale * 3000 / (k * k) * TensorPrimitives.Dot<double>(wave, vector), image, image);
            }

            for (var i = 0; i < Size; i++)
            {
                image[i] = (float)image[i];
            }
        }
    }
}
