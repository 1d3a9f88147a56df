using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Tests.Inference;
using Coda.Training.Experiments;
using Coda.Training.Stages;

namespace Coda.Tests.Training;

/// <summary>What is trained from a record where nobody says otherwise.</summary>
[TestClass]
public sealed class RecordExperimentTests
{
    [TestMethod]
    public void SystemParametersAndErrorAreTheArchives()
    {
        var experiment = RecordExperiment.Of(TrainingExamples.Record());
        Assert.AreEqual(("lorenz96", 8), (experiment.System.Name, (int)experiment.System.Options!["size"]!));
        CollectionAssert.AreEqual(new[] { new TrainedParameter("F", 8) }, experiment.Parameters.ToArray());
        Assert.IsNull(experiment.Sigma, "the archive's");
        Assert.AreEqual(1, new TrainingSetup(experiment, TrainingExamples.Record()).Sigma);
        Assert.IsTrue((int)experiment.Network.Options!["halfWidth"]! is > 8 and < 40, $"{experiment.Network.Options}");
        Assert.IsTrue(experiment.RolloutLength is > 8 and <= 25, $"{experiment.RolloutLength}");
    }

    [TestMethod]
    public void ASystemIsNamedWhereTheArchiveNamesNone()
    {
        var known = Oscillation(200);
        var record = new MemoryArchive(known.Description with { System = null }, [known.ReadObservations(0, known.Description.Steps)]);
        Assert.Contains("--system", Assert.ThrowsExactly<ArgumentException>(() => RecordExperiment.Of(record)).Message);
        Assert.AreEqual("relaxation", RecordExperiment.Of(record, new Component("relaxation")).System.Name);
        Assert.Contains("sites", Assert.ThrowsExactly<ArgumentException>(() => RecordExperiment.Of(record, new Component("lorenz96"))).Message);
    }

    [TestMethod]
    public void ErrorsOfTheObservationsOwnStandForTheArchives()
    {
        var (known, own) = (Oscillation(200), new float[200]);
        Array.Fill(own, 0.25f);
        var stretch = new ObservationStretch(0, known.Description.Steps, 1) { Sigma = own };
        known.ReadObservations(0, known.Description.Steps).Values.CopyTo(stretch.Values, 0);
        Array.Fill(stretch.Mask, 1);
        Assert.AreEqual(0.25, RecordExperiment.Of(new MemoryArchive(known.Description with { Sigma = null }, [stretch])).Sigma);
    }

    [TestMethod]
    public void ErrorsOfFieldsAreNotPooledIntoOne()
    {
        var known = ScaledTwin.Archive(ScaledTwin.Scale, interval: 2);
        var fields = new SortedDictionary<string, ObservedField>
        {
            ["x"] = new() { Sigma = 1.5 }, ["y"] = new() { Sigma = 1.5 }, ["z"] = known.Description.Fields!["z"],
        };
        var stretch = new ObservationStretch(0, known.Description.Steps, 3);
        known.ReadObservations(0, stretch.Steps).Values.CopyTo(stretch.Values, 0);
        known.ReadObservations(0, stretch.Steps).Mask.CopyTo(stretch.Mask, 0);
        var record = new MemoryArchive(known.Description with { Sigma = null, Fields = fields }, [stretch]);
        var experiment = RecordExperiment.Of(record);
        Assert.IsNull(experiment.Sigma);
        Assert.AreEqual(1.5, new TrainingSetup(experiment, record).Sigma);
    }

    [TestMethod]
    public void ValuesOfFieldsWithBoundsAreTakenWhereTheyAreOfEntries()
    {
        var twin = new TwinExperiment { System = new Component("lotka-volterra"), StepLength = 0.1, StepCount = 200, SpinUpSteps = 0, Sigma = 1 };
        Assert.AreEqual("lotka-volterra", RecordExperiment.Of(twin.Archive()).System.Name);
        var mean = (twin with { Operator = new Component("power-law") }).Archive();
        var fault = Assert.ThrowsExactly<ArgumentException>(() => RecordExperiment.Of(mean));
        StringAssert.Contains(fault.Message, "expected an observation operator that selects entries of the state of system 'lotka-volterra'");
        Assert.AreEqual("lotka-volterra", RecordExperiment.Of((twin with { Errors = ErrorModel.Multiplicative, Sigma = 0.2 }).Archive()).System.Name);
    }

    [TestMethod]
    public void RolloutsAreNoLongerThanTheSimulatorStaysFinite()
    {
        var (tame, wild) = (RecordExperiment.Of(Oscillation(600)), RecordExperiment.Of(Oscillation(600, Spring(400))));
        Assert.IsGreaterThan(15, tame.RolloutLength);
        Assert.IsTrue(wild.RolloutLength is >= 1 and < 12, $"{wild.RolloutLength}: from 1, the state is infinite within some ten steps.");

        // What a model was trained to counts, not what the system is by itself.
        var further = RecordExperiment.Of(Oscillation(600, Spring(1)), null, new Dictionary<string, double> { ["r"] = 400 });
        Assert.AreEqual(wild.RolloutLength, further.RolloutLength);
        Assert.AreEqual(400, further.Parameters.Single().Start);
    }

    [TestMethod]
    public void AStepThatIsTooLongForTheSchemeIsSaidToBe()
    {
        var stiff = new Component("relaxation", new JsonObject { ["k"] = 300 });
        var fault = Assert.ThrowsExactly<ArgumentException>(() => RecordExperiment.Of(Oscillation(600, stiff)));
        StringAssert.Contains(fault.Message, "'relaxation' goes astray from states like the record's at steps of 0.02, not at steps of 0.005: import");
        StringAssert.Contains(fault.Message, "--step-length");
    }

    [TestMethod]
    [DataRow(8)]
    [DataRow(21)]
    [DataRow(50)]
    public void AShortRecordHasShortWindowsAndRollouts(int steps)
    {
        var (record, experiment) = (Oscillation(steps), RecordExperiment.Of(Oscillation(steps)));
        Assert.IsTrue(experiment.RolloutLength <= steps / 5 && (int)experiment.Network.Options!["halfWidth"]! <= steps / 3, $"{experiment}");
        _ = new JointStage(experiment, record);
    }

    [TestMethod]
    public void ARecordThatNoNetworkCanBeTrainedFromIsSaidToBe() => StringAssert.Contains(
        Assert.ThrowsExactly<InvalidDataException>(() => RecordExperiment.Of(Oscillation(7))).Message, "at least 8 steps to train a network from, got 7");

    [TestMethod]
    public void TheWrongSystemIsSaidToBe()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new JointStage(NamedExperiment.Named("lorenz63"), TrainingExamples.Record()));
        StringAssert.Contains(fault.Message, "take the archive's system ('lorenz96'), which is the default without an experiment");
        var additive = TrainingExamples.Record();
        var multiplicative = new MemoryArchive(
            additive.Description with { Errors = ErrorModel.Multiplicative, TrajectoryCount = 1 }, [additive.ReadObservations(0, additive.Description.Steps)]);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new JointStage(NamedExperiment.Named("lorenz63"), multiplicative)).Message,
                "take the archive's system");
    }

    [TestMethod]
    [DataRow(300, 4, "not at steps of 0.005: import the observations with a --step-length")]
    [DataRow(1, 4, "Lower the learning rates (learningRate, parameterLearningRate) or the rollout length")]
    [DataRow(1, 1, "Lower the learning rates (learningRate, parameterLearningRate)")]
    public void TheCureOfADivergenceIsThatOfItsCause(double k, int rollout, string said)
    {
        var system = new Component("relaxation", new JsonObject { ["k"] = k });
        var stage = new JointStage(RecordExperiment.Of(Oscillation(600)) with { System = system, Parameters = [], RolloutLength = rollout }, Oscillation(600));
        StringAssert.Contains(stage.DivergenceCure, said);
    }

    [TestMethod]
    public void RolloutsThatGoAstrayAreSaidTo()
    {
        foreach (var (r, said) in new[] { (400, "the simulator goes astray after"), (1e7, "the simulator goes astray in its first step") })
        {
            var (record, system) = (Oscillation(600, Spring(1)), Spring(r));
            StringAssert.Contains(
                new JointStage(RecordExperiment.Of(record) with { System = system, Parameters = [], RolloutLength = 25 }, record).DivergenceCure, said);
        }
    }

    [TestMethod]
    [DataRow(double.NegativeInfinity, double.PositiveInfinity, -6, 6)]
    [DataRow(0, 1, 0.4, 0.4)]
    [DataRow(0, 0.1, 0.4, 0.1)]
    [DataRow(0, 3, 0, 3)]
    [DataRow(0, double.PositiveInfinity, 0, 1)]
    public void AParametersSizeIsWhatItStartsFromWithinItsRange(double lower, double upper, double start, double size) =>
        Assert.AreEqual(size, new ParameterDefinition("p", 5, lower, upper).SizeFrom(start));

    internal static Component Spring(double r) => new("softening-spring", new JsonObject { ["r"] = r });

    /// <summary>A record of one site that goes up and down between -1 and 1, in steps of .02, with errors of .1.</summary>
    internal static MemoryArchive Oscillation(int steps, Component? system = null)
    {
        var isSpring = system?.Name == "softening-spring";
        var description = new ArchiveDescription
        {
            System = system ?? new Component("relaxation"),
            Layout = isSpring ? StateLayout.Of("x", "v") : StateLayout.Of("x"),
            Operator = new Component("site-selection", isSpring ? new JsonObject { ["field"] = "x" } : null),
            SiteCount = 1,
            Sigma = 0.1,
            StepLength = 0.02,
            Steps = new StepRange(0, steps),
        };
        var (stretch, random) = (new ObservationStretch(0, description.Steps, 1), new CounterRandom(5));
        for (var step = 0; step < steps; step++)
        {
            (stretch.Values[step], stretch.Mask[step]) = ((float)(Math.Sin(step / 15.0) + (0.1 * random.NextGaussian())), 1);
        }

        return new MemoryArchive(description, [stretch]);
    }
}
