using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Filters;
using Coda.Classical.Variational.Smoothing;
using Coda.Classical.Variational.Windows;

namespace Coda.Tests.Classical.Variational;

/// <summary>Where model and operator are linear, every method is the closed form.</summary>
[TestClass]
public sealed class LinearModelTests
{
    [TestMethod]
    [DataRow(0.04)]
    [DataRow(1e-5)]
    public void OnePassIsTheRauchTungStriebelSmoother(double q)
    {
        var twin = new LinearTwin(30, q);
        var expected = twin.Textbook();
        using var smoother = new TrajectorySmoother(twin.Model);
        var states = new double[twin.Count * LinearTwin.Size];
        Array.Fill(states, 0.7);
        smoother.Pass(states, twin.Terms, twin.Prior, q);
        var variances = new double[states.Length];
        smoother.Variances(variances);
        AssertClose(expected.Smoother, states);
        AssertClose(expected.SmootherVariance, variances);
        Assert.IsLessThan(1e-8, smoother.Pass(states, twin.Terms, twin.Prior, q).Change);
    }

    [TestMethod]
    public void EntriesMayShareTheModelsErrorUnevenly()
    {
        double[] shares = [1, 0.01, 4, 1e-4, 25];
        var twin = new LinearTwin(30, 0.04, shares);
        var expected = twin.Textbook();
        using var smoother = new TrajectorySmoother(twin.Model) { Shares = new ErrorShares(shares) };
        var states = new double[twin.Count * LinearTwin.Size];
        Array.Fill(states, 0.7);
        smoother.Pass(states, twin.Terms, twin.Prior, twin.Q);
        var variances = new double[states.Length];
        smoother.Variances(variances);
        AssertClose(expected.Smoother, states);
        AssertClose(expected.SmootherVariance, variances);
        Assert.IsLessThan(1e-8, smoother.Pass(states, twin.Terms, twin.Prior, twin.Q).Change);

        // At its minimum the cost is flat: a small step to either side costs as much.
        double Cost(double step)
        {
            double[] moved = [.. states];
            for (var i = 0; i < moved.Length; i++)
            {
                moved[i] += step * Math.Sin(i);
            }

            return smoother.Cost(moved, twin.Terms, twin.Prior, twin.Q).Misfit(0, twin.Count);
        }

        Assert.IsGreaterThan(Cost(0), Cost(1e-3));
        Assert.AreEqual(Cost(1e-3), Cost(-1e-3), 1e-6 * (Cost(1e-3) - Cost(0)));

        // Another right-hand side is solved with the same factors: J'' times its answer for a unit vector is symmetric.
        double Entry(int row, int column)
        {
            var right = new double[states.Length];
            right[row] = 1;
            smoother.Solve(right);
            return right[column];
        }

        Assert.AreEqual(variances[33], Entry(33, 33), 1e-10);
        Assert.AreEqual(Entry(41, 90), Entry(90, 41), 1e-12);
    }

    [TestMethod]
    [DataRow(0.04)]
    [DataRow(1e-3)]
    public void WithoutMatricesOnePassIsThatSmootherToo(double q)
    {
        var twin = new LinearTwin(30, q);
        using var dense = new TrajectorySmoother(twin.Model);
        using var smoother = new CorrelatedSmoother(twin.Model, new() { Tolerance = 1e-12, MostIterations = 1000 }, isSingle: false);
        var states = new double[twin.Count * LinearTwin.Size];
        Array.Fill(states, 0.7);
        smoother.Pass(states, twin.Terms, twin.Prior, q);
        AssertClose(twin.Textbook().Smoother, states);
        var again = smoother.Pass(states, twin.Terms, twin.Prior, q);
        Assert.IsLessThan(1e-8, again.Change);
        var (expected, cost) = (dense.Cost(states, twin.Terms, twin.Prior, q), smoother.Cost(states, twin.Terms, twin.Prior, q));
        Assert.AreEqual(expected.Misfit(0, twin.Count), cost.Misfit(0, twin.Count), 1e-9);
    }

    [TestMethod]
    public void TheUpdateIsTheKalmanFilters()
    {
        var twin = new LinearTwin(1, 0);
        var expected = twin.Textbook();
        using var update = new ObservationUpdate(twin.Model);
        double[] state = [.. twin.Prior.Mean];
        var covariance = Dense.Diagonal(twin.Prior.Variances).Cast<double>().ToArray();
        var climatology = new ObservedClimatology(new double[LinearTwin.Size], [.. Enumerable.Repeat(double.PositiveInfinity, LinearTwin.Size)]);
        update.Assimilate(twin.Terms, 0, state, covariance, LinearTwin.Size, new InnovationWatch("filter", climatology, LinearTwin.Size, ""));
        AssertClose(expected.Filter, state);
        AssertClose(expected.FilterVariance, [.. Enumerable.Range(0, LinearTwin.Size).Select(i => covariance[i * (LinearTwin.Size + 1)])]);
    }

    [TestMethod]
    public void StrongFourDVarIsTheSmootherWithoutModelError()
    {
        // At the window's end it is the filter too.
        var twin = new LinearTwin(12, 0);
        var expected = twin.Textbook();
        using var solver = new WindowSolver(twin.Model);
        var (state, variances) = (new double[LinearTwin.Size], new double[LinearTwin.Size]);
        solver.Minimize(state, (twin.Terms, 0, 12), twin.Prior, 11, 2, 1e-30);
        solver.Variances(variances);
        AssertClose(expected.FilterVariance[11..], variances);
        solver.Advance(state, twin.Terms, 0, 11);
        AssertClose(expected.Filter[11..], state);
    }

    private static void AssertClose(double[][] expected, double[] actual)
    {
        for (var i = 0; i < actual.Length; i++)
        {
            Assert.AreEqual(expected[i / LinearTwin.Size][i % LinearTwin.Size], actual[i], 1e-8, $"entry {i}");
        }
    }
}
