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

/// <summary>A linear model seen through neighbour means, with the Kalman filter and the Rauch-Tung-Striebel smoother as the textbook writes them.</summary>
internal sealed class LinearTwin
{
    public const int Size = 5;
    public const double Noise = 0.3 * 0.3;

    private readonly double[,] _m = new double[Size, Size];
    private readonly double[] _shares;
    private readonly double[,] _h = new double[Size, Size];

    public LinearTwin(int count, double q, double[]? shares = null)
    {
        (Count, Q, _shares) = (count, q, shares ?? [.. Enumerable.Repeat(1.0, Size)]);
        var random = new CounterRandom(8);
        for (var i = 0; i < Size; i++)
        {
            for (var j = 0; j < Size; j++)
            {
                _m[i, j] = (i == j ? 0.9 : 0) + (0.15 * random.NextGaussian());
                var distance = Math.Min(Math.Abs(i - j), Size - Math.Abs(i - j));
                _h[i, j] = distance <= 1 ? 1.0 / 3 : 0;
            }
        }

        var stretch = new ObservationStretch(0, new StepRange(0, count), Size);
        for (var i = 0; i < stretch.Mask.Length; i++)
        {
            if (random.NextUniform() < 0.4)
            {
                (stretch.Values[i], stretch.Mask[i]) = ((float)random.NextGaussian(), 1);
            }
        }

        Stretch = stretch;
        Terms = new ObservationTerms(stretch, stretch.Steps, new ErrorVariance(0.3, null));
        Prior = new Prior([.. Enumerable.Range(0, Size).Select(i => 0.2 * i)], [.. Enumerable.Range(0, Size).Select(i => 1 + (0.5 * i))]);
        var layout = StateLayout.On(new Ring(Size));
        var (h, archive) = (new NeighbourMean(layout, new NeighbourMean.Options()), new TwinExperiment().Describe());
        (Forecast, Operator) = (new Linear(this, layout), h);
        Model = new LinearizedModel(Forecast, h, new FieldScales(archive, layout, h));
    }

    public int Count { get; }

    public double Q { get; }

    public ObservationStretch Stretch { get; }

    public ObservationTerms Terms { get; }

    public Prior Prior { get; }

    public LinearizedModel Model { get; }

    public ForecastModel Forecast { get; }

    public ObservationOperator Operator { get; }

    /// <summary>M.</summary>
    public double[,] M => _m;

    /// <summary>H of all sites.</summary>
    public double[,] H => _h;

    /// <summary>The observations as a record.</summary>
    public MemoryArchive Archive => new(new ArchiveDescription
    {
        Layout = Model.Layout,
        Operator = new Component("neighbour-mean"),
        SiteCount = Size,
        StepLength = Forecast.StepLength,
        Sigma = Math.Sqrt(Noise),
        Steps = Stretch.Steps,
    }, [Stretch]);

    /// <summary>The filter's and the smoother's means and variances. [time][space]</summary>
    public (double[][] Filter, double[][] FilterVariance, double[][] Smoother, double[][] SmootherVariance) Textbook()
    {
        var (means, covariances) = (new double[Count][], new double[Count][,]);
        var (forecasts, forecastCovariances) = (new double[Count][], new double[Count][,]);
        for (var k = 0; k < Count; k++)
        {
            forecasts[k] = k == 0 ? Prior.Mean : Dense.Multiply(_m, means[k - 1]);
            forecastCovariances[k] = k == 0
                ? Dense.Diagonal(Prior.Variances)
                : Dense.Add(Dense.Multiply(Dense.Multiply(_m, covariances[k - 1]), Dense.Transpose(_m)), Dense.Diagonal([.. _shares.Select(s => Q * s)]));
            (means[k], covariances[k]) = Update(k, forecasts[k], forecastCovariances[k]);
        }

        var (smooth, smoothCovariances) = (means.ToArray(), covariances.ToArray());
        for (var k = Count - 2; k >= 0; k--)
        {
            var gain = Dense.Multiply(Dense.Multiply(covariances[k], Dense.Transpose(_m)), Dense.Inverse(forecastCovariances[k + 1]));
            smooth[k] = Dense.Add(means[k], Dense.Multiply(gain, Dense.Add(smooth[k + 1], forecasts[k + 1], -1)));
            var change = Dense.Add(smoothCovariances[k + 1], forecastCovariances[k + 1], -1);
            smoothCovariances[k] = Dense.Add(covariances[k], Dense.Multiply(Dense.Multiply(gain, change), Dense.Transpose(gain)));
        }

        return (means, [.. covariances.Select(Dense.Diagonal)], smooth, [.. smoothCovariances.Select(Dense.Diagonal)]);
    }

    private (double[] Mean, double[,] Covariance) Update(int k, double[] forecast, double[,] p)
    {
        var (start, end) = Terms.At(k);
        var h = new double[end - start, Size];
        var (innovation, r) = (new double[end - start], new double[end - start]);
        var seen = Dense.Multiply(_h, forecast);
        for (var o = start; o < end; o++)
        {
            for (var j = 0; j < Size; j++)
            {
                h[o - start, j] = _h[Terms.Sites[o], j];
            }

            (innovation[o - start], r[o - start]) = (Terms.Values[o] - seen[Terms.Sites[o]], Noise);
        }

        if (start == end)
        {
            return (forecast, p);
        }

        var s = Dense.Add(Dense.Multiply(Dense.Multiply(h, p), Dense.Transpose(h)), Dense.Diagonal(r));
        var gain = Dense.Multiply(Dense.Multiply(p, Dense.Transpose(h)), Dense.Inverse(s));
        return (Dense.Add(forecast, Dense.Multiply(gain, innovation)), Dense.Add(p, Dense.Multiply(Dense.Multiply(gain, h), p), -1));
    }

    private T Apply<T>(IAlgebra<T> ops, T x)
    {
        // x' = M x as a sum over circulant diagonals: x'_i = Σ_s m[i, i - s] x_{i - s}.
        var sum = ops.Scale(x, 0);
        for (var shift = 0; shift < Size; shift++)
        {
            double[] diagonal = [.. Enumerable.Range(0, Size).Select(i => _m[i, (i - shift + Size) % Size])];
            sum = ops.Add(sum, ops.Multiply(ops.Constant(diagonal), ops.Roll(x, shift)));
        }

        return sum;
    }

    private sealed class Linear(LinearTwin twin, StateLayout layout) : ForecastModel
    {
        public override StateLayout Layout => layout;

        public override double StepLength => 0.1;

        public override void Advance(ReadOnlySpan<float> states, Span<float> next, int batch) => throw new NotSupportedException();

        public override IStateMap Start(bool isDouble) => Map();

        public override ITangentMap StartTangent() => Map();

        public override IAdjointMap StartAdjoint() => Map();

        public override double[] TypicalState(int seed) => [1, 2, 3, 4, 5];

        private AlgebraMap<double> Map() => new(Size, Size, twin.Apply, twin.Apply, twin.Apply);
    }
}
