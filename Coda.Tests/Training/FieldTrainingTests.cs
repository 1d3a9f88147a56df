using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Tests.Interpretations;
using Coda.Training.Experiments;
using Coda.Training.Export;
using Coda.Training.Stages;

namespace Coda.Tests.Training;

/// <summary>Training, and what it exports, of fields with errors and units of their own: the same as in one unit.</summary>
[TestClass]
[DoNotParallelize]
public sealed class FieldTrainingTests
{
    [TestMethod]
    public void TrainingGivesTheSameModelInAnyUnit()
    {
        using var folder = new TemporaryDirectory();
        var (expected, scaled) = (Train(1, folder), Train(ScaledTwin.Scale, folder));
        Agree.Within(1e-4, new Operand([.. expected.Parameters.Values.Select(v => (float)v)]), new Operand([.. scaled.Parameters.Values.Select(v => (float)v)]),
            "parameters");
        Assert.AreEqual(expected.Validation, scaled.Validation, 1e-4);
        var (plain, own) = (Analyze(expected, 1, folder), Analyze(scaled, ScaledTwin.Scale, folder));
        ExampleTwins.AssertClose(plain.States, own.States, 0.01);
        Assert.IsNull(plain.Card.Fields);
        Assert.AreEqual((1536.0, "mK"), (own.Card.Fields!["z"].Sigma, own.Card.Fields["z"].Unit));
        CollectionAssert.AreEqual(new[] { 1.5f, 1.5f, 1536 }, own.Card.Deviations());
        Assert.AreEqual("x 1.5, y 1.5, z 1536 mK", own.Card.DescribeSigma());
        Assert.AreEqual((1.5, 1.5), (own.Card.TrainedFor!.LeastSigma, own.Card.TrainedFor.LargestSigma));
        Assert.Contains(
            "unit of z: expected mK (card), got 1 (archive)",
            Assert.ThrowsExactly<ModelMismatchException>(() => own.Card.Require(ScaledTwin.Archive(1).Description)).Message);

        // A network of logarithms cannot read values, nor one of values logarithms.
        var shares = own.Card with { Errors = ErrorModel.Multiplicative };
        Assert.Contains(
            "errors: expected Multiplicative (card), got Additive (archive)",
            Assert.ThrowsExactly<ModelMismatchException>(() => shares.Require(ScaledTwin.Archive(ScaledTwin.Scale).Description)).Message);
        var ofOne = own.Card with { Fields = new(own.Card.Fields!.ToDictionary()) { ["y"] = new() { Errors = ErrorModel.SquareRoot } } };
        Assert.Contains(
            "errors of y: expected SquareRoot (card), got Additive (archive)",
            Assert.ThrowsExactly<ModelMismatchException>(() => ofOne.Require(ScaledTwin.Archive(ScaledTwin.Scale).Description)).Message);
        Assert.DoesNotContain("errors of x", Assert.ThrowsExactly<ModelMismatchException>(
            () => ofOne.Require(ScaledTwin.Archive(ScaledTwin.Scale).Description)).Message);
        Assert.AreEqual("x additive, y square-root, z additive", ofOne.DescribeErrors());
        var ofShares = expected with { Archive = expected.Archive with { Errors = ErrorModel.Multiplicative } };
        Assert.AreEqual(ErrorModel.Multiplicative, ModelExport.Write(ofShares, folder.File("shares"), "coda train").Errors);
    }

    private static TrainedModel Train(int scale, TemporaryDirectory folder) => TrainingExamples.Train(
        TrainingExamples.Experiment with
        {
            System = ScaledTwin.Convection(scale),
            Network = new Component(
                "time-channel",
                    new JsonObject { ["halfWidth"] = 4, ["width"] = 8, ["blocks"] = 1, ["kernel"] = 3, ["readsSigma"] = true, ["hasSpread"] = true }),
            Parameters = [new TrainedParameter("rho", 25)],
            WithholdingFraction = 0.4,
        },
        ScaledTwin.Archive(scale, interval: 2, trajectories: 2), folder.File($"training{scale}"));

    private static (ModelCard Card, float[] States) Analyze(TrainedModel trained, int scale, TemporaryDirectory folder)
    {
        var path = Directory.CreateDirectory(folder.File($"model{scale}")).FullName;
        ModelExport.Write(trained, path, "coda train");
        Assert.AreEqual(1, ReferenceCheck.Run(path).Count(file => file.Key == GraphFiles.Analysis));
        using var model = OnnxModel.Open(path);
        var archive = ScaledTwin.Archive(scale, interval: 2);
        var blocks = new NetworkMethod(new AnalysisContext(archive, model), new()).Analyze(archive).ToList();
        var polished = AssimilationMethod.Catalog.Create(new Component("polished"), new AnalysisContext(archive, model)).Analyze(archive).ToList();
        return (model.Card, ScaledTwin.InOneUnit([.. blocks.Values(), .. blocks.SelectMany(b => b.Spread!.Value.ToArray()), .. polished.Values()], scale));
    }
}
