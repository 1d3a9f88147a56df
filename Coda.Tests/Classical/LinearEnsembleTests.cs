using Coda.Classical.Ensemble;
using Coda.Classical.Observed;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;
using Coda.Data.Time;

namespace Coda.Tests.Classical;

/// <summary>On a linear model an ensemble transform Kalman filter is the Kalman filter of its first ensemble, and the smoother is Rauch, Tung and
/// Striebel's.</summary>
[TestClass]
public sealed class LinearEnsembleTests
{
    private const int Size = 6;
    private const int Steps = 30;
    private const double Sigma = 0.3;

    private static readonly SmallMatrix Model = Rotation();
    private static readonly ObservationStretch Observations = Draw();

    [TestMethod]
    [DataRow(4)]  // fewer members than entries: still exact within what they span
    [DataRow(8)]
    [DataRow(40)]
    public void TheTransformFilterIsTheKalmanFilter(int members)
    {
        var (means, covariances) = Kalman(members);
        Filter(members, Etkf.Update, (step, state, _) =>
        {
            Near(means[step], state.Mean, $"mean of step {step}");
            Near(covariances[step], Covariance(state.Anomalies, members), $"covariance of step {step}");
        });
    }

    [TestMethod]
    public void ARotationKeepsMeanAndCovariance()
    {
        var (means, covariances) = Kalman(9);
        Filter(9, Etkf.Update, (step, state, _) =>
        {
            Near(means[step], state.Mean, $"mean of step {step}");
            Near(covariances[step], Covariance(state.Anomalies, 9), $"covariance of step {step}");
        }, rotation: true);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(Steps - 1)]
    public void TheSmootherIsThatOfRauchTungAndStriebel(int lag)
    {
        const int Members = 10;
        var (smoother, next) = (new FixedLag(lag, Members, Size), 0);
        var (mean, spread) = (new double[Size], new double[Size]);
        Filter(Members, Etkf.Update, (step, state, transform) =>
        {
            if (smoother.Push(state, transform, mean, spread))
            {
                Check(next++, step);
            }
        });
        while (smoother.Waiting > 0)
        {
            smoother.Flush(mean, spread);
            Check(next++, Steps - 1);
        }

        Assert.AreEqual(Steps, next);

        // Without model error the smoothed state is the last filtered one, taken back by the model.
        void Check(int step, int last)
        {
            var (means, covariances) = Kalman(Members);
            var back = Enumerable.Repeat(Model.Inverse(), last - step).Aggregate(SmallMatrix.Identity(Size), (product, m) => product * m);
            Near(back * means[last], mean, $"mean of step {step}, lag {lag}");
            Near(SmallMatrix.Column([.. (back * covariances[last] * back.Transpose()).Diagonal().Select(Math.Sqrt)]),
                spread, $"spread of step {step}, lag {lag}");
        }
    }

    [TestMethod]
    public void TheStochasticFilterComesNearWithManyMembers()
    {
        var (means, covariances) = Kalman(1000);
        Filter(1000, Enkf.Update, (step, state, _) =>
        {
            Assert.IsLessThan(0.25 * Sigma, (means[step] - SmallMatrix.Column(state.Mean)).Largest(), $"step {step}");
            Assert.IsLessThan((0.25 * covariances[step].Largest()) + 1e-4, (covariances[step] - Covariance(state.Anomalies, 1000)).Largest(), $"step {step}");
        });
    }

    [TestMethod]
    public void BothSidesOfTheSpectrumGiveTheSameUpdate()
    {
        // 5 observations and 5 members are done in observation space; one more observation that tells nothing takes it to ensemble space.
        const int Members = 5;
        var s = DenseMatrixTests.Gaussian(Members * 6, 3);
        for (var i = 0; i < 6; i++)
        {
            var mean = s.Skip(i * Members).Take(Members).Average();
            for (var m = 0; m < Members; m++)
            {
                s[(i * Members) + m] = i == 5 ? 0 : s[(i * Members) + m] - mean;
            }
        }

        var d = DenseMatrixTests.Gaussian(6, 4);
        var (few, many) = (Transform(5), Transform(6));
        Near(SmallMatrix.Column(few), many, "transform");

        double[] Transform(int p)
        {
            var (spectrum, transform) = (new EnsembleSpectrum(Members), new EnsembleTransform(Members));
            spectrum.Decompose(s.AsSpan(0, p * Members), d.AsSpan(0, p), p);
            Assert.AreEqual(p == 6, spectrum.IsNormalized);
            transform.Set(spectrum, l => 1 / (1 + l), l => 1 / Math.Sqrt(1 + l));
            return [.. transform.Matrix, EnkfN.PriorScale(spectrum, Members)];
        }
    }

    [TestMethod]
    public void ALocalFilterThatSeesEverythingIsTheGlobalOne()
    {
        foreach (var members in new[] { 4, 12 })
        {
            var states = new List<double[]>();
            Filter(members, Etkf.Update, (_, state, _) => states.Add([.. state.Mean, .. state.Anomalies]));
            Filter(members, () => new LocalTransforms(Everywhere(), members, 1), (step, state, _) =>
                Near(SmallMatrix.Column(states[step]), [.. state.Mean, .. state.Anomalies], $"{members} members, step {step}"));
        }
    }

    [TestMethod]
    [DataRow(4)]
    [DataRow(8)]
    [DataRow(40)]
    public void ObservationsOneAfterAnotherAreTheKalmanFilter(int members)
    {
        var (means, covariances) = Kalman(members);
        Filter(members, () => new SerialRegressions(Everywhere(), members, 1), (step, state, _) =>
        {
            Near(means[step], state.Mean, $"mean of step {step}");
            Near(covariances[step], Covariance(state.Anomalies, members), $"covariance of step {step}");
        });
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ALocalSmootherThatSeesEverythingIsTheGlobalOne(bool isSerial)
    {
        const int Members = 10;
        var analysis = isSerial ? (LocalAnalysis)new SerialRegressions(Everywhere(), Members, 1) : new LocalTransforms(Everywhere(), Members, 1);
        var (local, global) = (analysis.CarryBack(7), new FixedLag(7, Members, Size));
        var expected = new List<double[]>();
        Filter(Members, Etkf.Update, (_, state, transform) => Look(global, state, transform, expected.Add));
        Rest(global, expected.Add);
        var next = 0;
        Filter(Members, () => analysis, (_, state, _) => Look(local, state, null, Compare));
        Rest(local, Compare);
        Assert.AreEqual(Steps, next);

        void Compare(double[] result) => Near(SmallMatrix.Column(expected[next++]), result, $"step {next}");

        static void Look(ILagged lagged, EnsembleState state, EnsembleTransform? transform, Action<double[]> take)
        {
            var (mean, spread) = (new double[Size], new double[Size]);
            if (lagged.Push(state, transform, mean, spread))
            {
                take([.. mean, .. spread]);
            }
        }

        static void Rest(ILagged lagged, Action<double[]> take)
        {
            var (mean, spread) = (new double[Size], new double[Size]);
            while (lagged.Waiting > 0)
            {
                lagged.Flush(mean, spread);
                take([.. mean, .. spread]);
            }
        }
    }

    private static Localization Everywhere() => new(StateLayout.On(new Ring(Size)), [.. Enumerable.Range(0, Size)], 1e9);

    private static void Filter(int members, EnsembleUpdate update, Action<int, EnsembleState, EnsembleTransform?> look, bool rotation = false) =>
        Filter(members, () => new GlobalAnalysis(update, members, Size, 1, rotation), look);

    private static void Filter(int members, Func<EnsembleAnalysis> make, Action<int, EnsembleState, EnsembleTransform?> look)
    {
        var (state, filter) = (new EnsembleState(members, Size), make());
        var observations = new EnsembleObservations(new SiteSelection(StateLayout.On(new Ring(Size)), new()), new ErrorVariance(Sigma, null), members);
        FirstEnsemble(members).CopyTo(state.Ensemble, 0);
        for (var step = 0; step < Steps; step++)
        {
            for (var m = 0; m < members && step > 0; m++)
            {
                (Model * SmallMatrix.Column(state.Ensemble[(m * Size)..((m + 1) * Size)])).ToArray().CopyTo(state.Ensemble, m * Size);
            }

            state.Split();
            var isObserved = observations.Read(Observations, step, state.Ensemble);
            if (isObserved)
            {
                filter.Analyze(state, observations, new CounterRandom(1, step));
                state.Join();
            }

            look(step, state, isObserved ? filter.Transform : null);
        }
    }

    private static (SmallMatrix[] Means, SmallMatrix[] Covariances) Kalman(int members)
    {
        var state = new EnsembleState(members, Size);
        FirstEnsemble(members).CopyTo(state.Ensemble, 0);
        state.Split();
        var (mean, covariance) = (SmallMatrix.Column(state.Mean), Covariance(state.Anomalies, members));
        var (means, covariances) = (new SmallMatrix[Steps], new SmallMatrix[Steps]);
        for (var step = 0; step < Steps; step++)
        {
            if (step > 0)
            {
                (mean, covariance) = (Model * mean, Model * covariance * Model.Transpose());
            }

            for (var site = 0; site < Size; site++)
            {
                var at = (step * Size) + site;
                if (Observations.Mask[at] != 0)
                {
                    var gain = covariance.Part(site) * (1 / (covariance[site, site] + (Sigma * Sigma)));
                    mean += gain * (Observations.Values[at] - mean[site, 0]);
                    covariance -= gain * covariance.Part(site).Transpose();
                }
            }

            (means[step], covariances[step]) = (mean, covariance);
        }

        return (means, covariances);
    }

    private static double[] FirstEnsemble(int members) => DenseMatrixTests.Gaussian(members * Size, 9);

    private static SmallMatrix Covariance(double[] anomalies, int members)
    {
        var a = SmallMatrix.Column(anomalies, members).Transpose(); // its columns are the members
        return (a * a.Transpose()) * (1.0 / (members - 1));
    }

    // Each pair of entries turns by its own angle; one grows slightly, one decays.
    private static SmallMatrix Rotation()
    {
        var matrix = new SmallMatrix(Size, Size);
        for (var pair = 0; pair < Size / 2; pair++)
        {
            var (sine, cosine) = Math.SinCos(0.2 + (0.3 * pair));
            var growth = 1 + (0.03 * (pair - 1));
            (matrix[2 * pair, 2 * pair], matrix[2 * pair, (2 * pair) + 1]) = (growth * cosine, -growth * sine);
            (matrix[(2 * pair) + 1, 2 * pair], matrix[(2 * pair) + 1, (2 * pair) + 1]) = (growth * sine, growth * cosine);
        }

        for (var i = 0; i + 1 < Size; i++)
        {
            matrix[i, i + 1] += 0.05;
        }

        return matrix;
    }

    // Between none and all of the sites; at steps 4 to 8 none.
    private static ObservationStretch Draw()
    {
        var stretch = new ObservationStretch(0, new StepRange(0, Steps), Size);
        for (var i = 0; i < stretch.Values.Length; i++)
        {
            var random = new CounterRandom(21, i);
            if (i / Size is < 4 or > 8 && random.NextUniform() < 0.5)
            {
                (stretch.Values[i], stretch.Mask[i]) = ((float)random.NextGaussian(), 1);
            }
        }

        return stretch;
    }

    private static void Near(SmallMatrix expected, double[] actual, string what) => Near(expected, SmallMatrix.Column(actual), what);

    private static void Near(SmallMatrix expected, SmallMatrix actual, string what) => Assert.IsLessThan(1e-8, (expected - actual).Largest(), what);
}
