using Coda.Classical.Correlations;
using Coda.Classical.Numerics;
using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Filters;
using Coda.Classical.Variational.Smoothing;
using Coda.Classical.Variational.Windows;
using Coda.Data.Geometry;
using Coda.Tests.Interpretations;

namespace Coda.Tests.Classical.Variational;

/// <summary>What is solved without matrices is what matrices give, on rings, tori and planes.</summary>
[TestClass]
public sealed class MatrixFreeTests
{
    private static readonly ConjugateGradientSettings Exact = new() { Tolerance = 1e-10, MostIterations = 1000 };

    public static IEnumerable<object[]> Grids => [[new Ring(40)], [new Torus(6, 8)], [new Plane(9, 9)]];

    [TestMethod]
    [DynamicData(nameof(Grids))]
    public void FourDVarFindsTheMinimumOfTheDenseWay(Grid grid)
    {
        var twin = new GridTwin(grid, 6);
        double[] state = [.. twin.Mean];
        using (var solver = new AdjointWindowSolver(twin.Model, Exact))
        {
            solver.Minimize(state, (twin.Terms, 0, twin.Steps), new Prior(twin.Mean, twin.Covariance), 0, 60, 1e-18);
        }

        var expected = Dense(twin);
        Agree.Within(1e-6 * expected.Max(Math.Abs), expected, state, "the minimum");
    }

    [TestMethod]
    [DynamicData(nameof(Grids))]
    public void ThreeDVarIsTheKalmanUpdate(Grid grid)
    {
        var twin = new GridTwin(grid, 1);
        var covariance = GridTwin.Matrix(twin.Covariance).Cast<double>().ToArray();
        double[] expected = [.. twin.Mean];
        var climatology = new ObservedClimatology(new double[grid.Size], [.. Enumerable.Repeat(double.PositiveInfinity, grid.Size)]);
        var watch = new InnovationWatch("filter", climatology, grid.Size, "");
        using var update = new ObservationUpdate(twin.Model);
        update.Assimilate(twin.Terms, 0, expected, covariance, grid.Size, watch);
        using var filter = new CorrelatedFilter(twin.Model, new Prior(twin.Mean, twin.Covariance), twin.Covariance);
        var state = new float[grid.Size];
        filter.Start();
        filter.Step(twin.Terms, 0, state, [], watch);
        Agree.Within(3e-3, expected, Array.ConvertAll(state, x => (double)x), "the analysis"); // of conjugate gradients cut short
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void PassesWithIndependentErrorsAreTheDenseOnes(bool isPlane)
    {
        var twin = new GridTwin(isPlane ? new Plane(5, 6) : new Torus(4, 6), 12);
        var prior = new Prior(twin.Mean, [.. Enumerable.Repeat(2.0, twin.Mean.Length)]);
        using var dense = new TrajectorySmoother(twin.Model);
        using var smoother = new CorrelatedSmoother(twin.Model, Exact with { Tolerance = 1e-11 }, isSingle: false);
        double[] expected = [.. Enumerable.Repeat(twin.Mean, twin.Steps).SelectMany(x => x)], states = [.. expected];
        for (var pass = 0; pass < 4; pass++)
        {
            dense.Pass(expected, twin.Terms, prior, 0.01);
            smoother.Pass(states, twin.Terms, prior, 0.01);
            Agree.Within(1e-6, expected, states, $"pass {pass}");
        }
    }

    // Gauss-Newton with matrices: every column of the tangent, and B inverted.
    private static double[] Dense(GridTwin twin)
    {
        var size = twin.Mean.Length;
        using var model = twin.Model.StartTangent();
        var b = GridTwin.Matrix(twin.Covariance);
        double[] state = [.. twin.Mean];
        for (var step = 0; step < 40; step++)
        {
            var (x, next) = ((double[])[.. state], new double[size]);
            var (tangent, after) = (Variational.Dense.Diagonal([.. Enumerable.Repeat(1.0, size)]).Cast<double>().ToArray(), new double[size * size]);
            var (rows, departures) = (new List<double[]>(), new List<double>());
            for (var k = 0; k < twin.Steps; k++)
            {
                for (var o = twin.Terms.At(k).Start; o < twin.Terms.At(k).End; o++)
                {
                    // tangent is [perturbation, space]
                    var (site, sigma) = (twin.Terms.Sites[o], Math.Sqrt(twin.Terms.Variances[o]));
                    rows.Add([.. Enumerable.Range(0, size).Select(i => tangent[(i * size) + site] / sigma)]);
                    departures.Add((twin.Terms.Values[o] - x[site]) / sigma);
                }

                model.Push(x, tangent, next, after, 1);
                (x, next, tangent, after) = (next, x, after, tangent);
            }

            // In the space of observations, so that B need not have an inverse: x = x_b + B Gᵀ (G B Gᵀ + I)⁻¹ (d + G (x - x_b)).
            var g = new double[rows.Count, size];
            for (var o = 0; o < rows.Count; o++)
            {
                for (var i = 0; i < size; i++)
                {
                    g[o, i] = rows[o][i];
                }
            }

            var change = Variational.Dense.Add([.. state], twin.Mean, -1);
            var bg = Variational.Dense.Multiply(b, Variational.Dense.Transpose(g));
            var s = Variational.Dense.Add(Variational.Dense.Multiply(g, bg), Variational.Dense.Diagonal([.. Enumerable.Repeat(1.0, rows.Count)]));
            var right = Variational.Dense.Add([.. departures], Variational.Dense.Multiply(g, change));
            state = Variational.Dense.Add(twin.Mean, Variational.Dense.Multiply(bg, Variational.Dense.Multiply(Variational.Dense.Inverse(s), right)));
        }

        return state;
    }
}
