using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Training.Experiments;

namespace Coda.Tests.Foundation;

[TestClass]
public sealed class MemberSettingsTests
{
    private static readonly Experiment Lorenz96 = NamedExperiment.Named("lorenz96");

    [TestMethod]
    public void AMemberIsReplaced() => Assert.AreEqual(7, MemberSettings.Apply(Lorenz96, ["steps=7"]).Steps);

    [TestMethod]
    public void AnOptionOfAComponentIsReplacedAndTheOthersStay()
    {
        var options = MemberSettings.Apply(Lorenz96, ["network.width=8"]).Network.Options!;
        Assert.AreEqual(8, (int)options["width"]!);
        Assert.AreEqual(50, (int)options["halfWidth"]!);
    }

    [TestMethod]
    public void DashesNameAMemberToo()
    {
        Assert.AreEqual(9, MemberSettings.Apply(Lorenz96, ["batch-size=9"]).BatchSize);
        Assert.AreEqual(5, (int)MemberSettings.Apply(Lorenz96, ["network.half-width=5"]).Network.Options!["halfWidth"]!);
    }

    [TestMethod]
    public void AComponentIsChosenByItsNameAlone()
    {
        var experiment = MemberSettings.Apply(Lorenz96, ["correction=pointwise", "correction.width=4"]);
        Assert.AreEqual("pointwise", experiment.Correction!.Name);
        Assert.AreEqual(4, (int)experiment.Correction.Options!["width"]!);
    }

    [TestMethod]
    public void AComponentIsChosenWithItsOptions()
    {
        var correction = MemberSettings.Apply(Lorenz96, ["correction=pointwise:width=4,depth=2"]).Correction!;
        Assert.AreEqual(("pointwise", 4, 2), (correction.Name, (int)correction.Options!["width"]!, (int)correction.Options["depth"]!));
        var method = CodaJson.Bind<Holder>(new System.Text.Json.Nodes.JsonObject { ["firstGuess"] = "letkf:members=25,radius=2.5" }, "options").FirstGuess!;
        Assert.AreEqual(("letkf", 25, 2.5), (method.Name, (int)method.Options!["members"]!, (double)method.Options["radius"]!));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => MemberSettings.Apply(Lorenz96, ["correction=pointwise:width"])).Message,
            "expected member=value, got 'width'");
    }

    [TestMethod]
    public void ARecordThatIsNotThereStartsFromItsDefaults()
    {
        Assert.IsNull(Lorenz96.Reanalysis);
        var fit = MemberSettings.Apply(Lorenz96, ["reanalysis.steps=7", "reanalysis.network=time-channel", "reanalysis.network.half-width=3"]).Reanalysis!;
        Assert.AreEqual((7, 1.0), (fit.Steps, fit.RedrawProbability));
        Assert.AreEqual(3, (int)fit.Network!.Options!["halfWidth"]!);
    }

    [TestMethod]
    [DataRow("reanalysis.network.half-width=3", "there is no reanalysis.network yet; choose one first with --set reanalysis.network=NAME.")]
    [DataRow("correction.width=3", "there is no correction yet; choose one first with --set correction=NAME.")]
    [DataRow("sigma.foo=3", "expected a value for sigma, which has no members, got 'sigma.foo'")]
    [DataRow("steps.foo=3", "expected a value for steps, which has no members, got 'steps.foo'")]
    [DataRow("name.foo=3", "expected a value for name, which has no members, got 'name.foo'")]
    public void AMemberOfWhatIsNotThereIsRefused(string setting, string said) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => MemberSettings.Apply(Lorenz96, [setting])).Message, said);

    [TestMethod]
    public void AnEntryOfAListIsNamed()
    {
        var experiment = MemberSettings.Apply(Lorenz96, ["loss.consistency.alpha=0.25", "parameters.F.start=7"]);
        Assert.AreEqual(0.25, (double)experiment.Loss.Single(t => t.Name == "consistency").Options!["alpha"]!);
        Assert.AreEqual(7, experiment.Parameters.Single().Start);
    }

    [TestMethod]
    public void AnEntryThatTheListLacksIsAdded()
    {
        var experiment = MemberSettings.Apply(new Experiment(), ["parameters.F.start=.6", "parameters.F.start=+7.5", "parameters.G.start=-.25"]);
        CollectionAssert.AreEqual(new[] { new TrainedParameter("F", 7.5), new TrainedParameter("G", -0.25) }, experiment.Parameters.ToArray());
    }

    [TestMethod]
    public void AValueMayBeJson()
    {
        Assert.IsEmpty(MemberSettings.Apply(Lorenz96, ["parameters=[]"]).Parameters);
        Assert.AreEqual(new Withholding(0.1, 3), MemberSettings.Apply(new TwinExperiment(), ["withheld={\"fraction\":0.1,\"seed\":3}"]).Withheld);
        Assert.AreEqual(0.2, MemberSettings.Apply(new TwinExperiment(), ["withheld.fraction=0.2"]).Withheld.Fraction);
    }

    [TestMethod]
    [DataRow("stepps=3", "Did you mean 'steps'?")]
    [DataRow("steps", "expected member=value")]
    [DataRow("steps=many", "--set steps=many: steps: expected a whole number in [-2147483648, 2147483647], got \"many\"")]
    [DataRow("loss=5", "loss: expected a list, got 5")]
    [DataRow("loss=[null]", "loss[0]: expected text or an object, got null")]
    [DataRow("network={\"nome\":1}", "network.nome: expected a known member (did you mean 'name'?), got an unknown one")]
    [DataRow("precision=half", "precision: expected one of float32, bFloat16, got \"half\"")]
    [DataRow("correction.width=3", "there is no correction yet")]
    [DataRow("loss.consistancy.alpha=1", "data-misfit, consistency")]
    [DataRow("parameters.F=3", "expected parameters.F.OPTION=value")]
    public void WhatCannotBeSetIsRefused(string setting, string said) =>
        Assert.Contains(said, Assert.ThrowsExactly<ArgumentException>(() => MemberSettings.Apply(Lorenz96, [setting])).Message);

    private sealed record Holder
    {
        public Component? FirstGuess { get; init; }
    }
}
