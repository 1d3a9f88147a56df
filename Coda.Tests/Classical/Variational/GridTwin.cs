using Coda.Classical.Correlations;
using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Forecasting;

namespace Coda.Tests.Classical.Variational;

/// <summary>A model x' = W x + .1 sin x on any grid, 0 where the grid has walls, with observations of a share of the sites and a covariance wave by
/// wave.</summary>
internal sealed class GridTwin
{
    public GridTwin(Grid grid, int steps)
    {
        var (layout, random) = (StateLayout.On(grid), new CounterRandom(21));
        double Gaussian() => random.NextGaussian();
        bool[] isWall = [.. Enumerable.Range(0, grid.Size).Select(site => IsWall(grid, site))];
        Samples = [.. Enumerable.Range(0, 200).Select(_ => Smooth(grid, isWall, Gaussian))];
        Covariance = SpectralEstimate.Of(layout, Samples);
        var w = new double[grid.Size, grid.Size];
        for (var i = 0; i < grid.Size; i++)
        {
            for (var j = 0; j < grid.Size; j++)
            {
                w[i, j] = isWall[i] || isWall[j] ? 0 : (i == j ? 0.8 : 0) + (random.NextGaussian() / (3 * Math.Sqrt(grid.Size)));
            }
        }

        var stretch = new ObservationStretch(0, new StepRange(0, steps), grid.Size);
        for (var i = 0; i < stretch.Mask.Length; i++)
        {
            if (random.NextUniform() < 0.2)
            {
                (stretch.Values[i], stretch.Mask[i]) = ((float)random.NextGaussian(), 1);
            }
        }

        Steps = steps;
        Terms = new ObservationTerms(stretch, stretch.Steps, new ErrorVariance(0.3, null));
        Mean = Smooth(grid, isWall, Gaussian);
        var h = new SiteSelection(layout, new());
        Model = new LinearizedModel(new Mixing(new ConstantMatrix(w), layout), h, new FieldScales(new TwinExperiment().Describe(), layout, h));
    }

    public int Steps { get; }

    public double[] Mean { get; }

    public double[][] Samples { get; }

    public SpectralCovariance Covariance { get; }

    public ObservationTerms Terms { get; }

    public LinearizedModel Model { get; }

    /// <summary>B as a matrix, column by column.</summary>
    public static double[,] Matrix(ICovariance covariance)
    {
        var matrix = new double[covariance.StateSize, covariance.StateSize];
        var (unit, control, column) = (new double[covariance.StateSize], new double[covariance.ControlSize], new double[covariance.StateSize]);
        for (var j = 0; j < unit.Length; j++)
        {
            unit[j] = 1;
            covariance.TransposedRoot(unit, control);
            covariance.Root(control, column);
            unit[j] = 0;
            for (var i = 0; i < column.Length; i++)
            {
                matrix[i, j] = column[i];
            }
        }

        return matrix;
    }

    private static bool IsWall(Grid grid, int site) => grid.IsPeriodic.Contains(false)
        && grid.Coordinates(site).Select((x, axis) => !grid.IsPeriodic[axis] && (x == 0 || x == grid.Shape[axis] - 1)).Any(is0 => is0);

    // White noise, averaged with its neighbours twice.
    private static double[] Smooth(Grid grid, bool[] isWall, Func<double> gaussian)
    {
        double[] values = [.. Enumerable.Range(0, grid.Size).Select(site => isWall[site] ? 0 : gaussian())];
        for (var time = 0; time < 2; time++)
        {
            values = [.. values.Select((x, site) => isWall[site] ? 0 : (x + grid.Neighbours(site).Sum(n => values[n])) / 2)];
        }

        return values;
    }

    private sealed class Mixing(ConstantMatrix w, StateLayout layout) : ForecastModel
    {
        public override StateLayout Layout => layout;

        public override double StepLength => 0.1;

        public override void Advance(ReadOnlySpan<float> states, Span<float> next, int batch) => throw new NotSupportedException();

        public override ITangentMap StartTangent() => Map();

        public override IAdjointMap StartAdjoint() => Map();

        private AlgebraMap<double> Map() => new(StateSize, StateSize, Apply, Apply, Apply);

        private T Apply<T>(IAlgebra<T> ops, T x) => ops.Add(ops.MatrixProduct(w, x, -1), ops.Scale(ops.Sin(x), 0.1));
    }
}
