using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical;

/// <summary>The model that is named is the model that is used, by every method, and every row says which; the example's is of F = 6, the record of F =
/// 8.</summary>
[TestClass]
public sealed class NamedModelTests
{
    private const string Hybrid = "model: hybrid of example";
    private const string OfArchive = "system: lorenz96 F = 8 (the archive's)";

    private static TemporaryDirectory _folder = null!;
    private static OnnxModel _model = null!;

    [ClassInitialize]
    public static void WriteAModel(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _folder = new TemporaryDirectory();
        ExampleModels.Write(_folder.Path, forcing: 6);
        _model = OnnxModel.Open(_folder.Path);
    }

    [ClassCleanup]
    public static void RemoveIt()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    [DataRow("etkf", """{ "spinUpSteps": 300, "start": "observations" }""")]
    [DataRow("letkf", """{ "spinUpSteps": 300, "start": "observations" }""")]
    [DataRow("enks", """{ "spinUpSteps": 300, "start": "observations", "lag": 5 }""")]
    [DataRow("ienks", """{ "spinUpSteps": 300, "start": "observations", "lag": 3 }""")]
    [DataRow("three-dvar", "{}")]
    [DataRow("extended-kalman-filter", "{}")]
    [DataRow("strong-four-dvar", """{ "halfWidth": 10 }""")]
    [DataRow("weak-four-dvar", """{ "firstGuess": "space-time-optimal-interpolation" }""")]
    [DataRow("iterated-extended-smoother", """{ "firstGuess": "space-time-optimal-interpolation", "modelErrorVariance": 1e-6 }""")]
    public void EveryMethodAdvancesWithTheModelThatIsNamed(string name, string options)
    {
        var archive = Twin.Archive();
        var (hybrid, model) = Analyze(archive, name, options, _model, null);
        Assert.AreEqual(Hybrid, model);
        var (ofSix, system) = Analyze(archive, name, options, null, 6);
        Assert.AreEqual("system: lorenz96 F = 6", system);
        var (ofArchive, its) = Analyze(archive, name, options, null, null);
        Assert.AreEqual(OfArchive, its);
        Assert.IsLessThan(0.2 * Distance(ofArchive, ofSix), Distance(hybrid, ofSix), name);

        // A system that is named goes before the trained model, which then has no part in the run.
        var (named, alone) = Analyze(archive, name, options, _model, 8, isModelUsed: false);
        Assert.AreEqual("system: lorenz96 F = 8", alone);
        CollectionAssert.AreEqual(ofArchive, named);
    }

    // Else a smoother with another model would start from analyses by the archive's: in a twin experiment, by the truth's.
    [TestMethod]
    [DataRow("strong-four-dvar", "\"halfWidth\": 4, \"stride\": 5")]
    [DataRow("iterated-extended-smoother", "\"passes\": 1, \"modelErrorVariance\": 1e-2")]
    [DataRow("weak-four-dvar", "\"iterations\": 1")]
    public void AFirstGuessAdvancesWithItToo(string name, string options)
    {
        var archive = Twin.Archive();
        double[] By(string its) => Analyze(
            archive, name, $$"""{ {{options}}, "firstGuess": { "name": "etkf", "options": { "spinUpSteps": 300, "members": 12{{its}} } } }""", null, 6).Analyses;
        string Its(int forcing) => $$""", "system": { "name": "lorenz96", "options": { "size": 8, "forcing": {{forcing}} } }""";
        CollectionAssert.AreEqual(By(Its(6)), By(""));
        CollectionAssert.AreNotEqual(By(Its(8)), By(""));
    }

    [TestMethod]
    public void ThePolishDoesToo()
    {
        var archive = Twin.Archive();
        var (hybrid, model) = Analyze(archive, "polished", """{ "modelErrorVariance": 1e-6 }""", _model, null);
        var (ofSix, system) = Analyze(archive, "polished", """{ "modelErrorVariance": 1e-6 }""", _model, 6);
        var (ofArchive, _) = Analyze(archive, "polished", """{ "modelErrorVariance": 1e-6 }""", _model, 8);
        Assert.AreEqual((Hybrid, "system: lorenz96 F = 6"), (model, system));
        Assert.IsLessThan(0.2 * Distance(ofArchive, ofSix), Distance(hybrid, ofSix));
    }

    [TestMethod]
    [DataRow("""{ "integrator": "runge-kutta4" }""", true)]
    [DataRow("""{ "integrator": "runge-kutta4", "forecastModel": "simulator" }""", false)]
    public void ASchemeThatNobodyWouldUseIsRefused(string options, bool hasModel)
    {
        var context = new AnalysisContext(Twin.Archive(), hasModel ? _model : null);
        var fault = Assert.ThrowsExactly<ArgumentException>(
            () => AssimilationMethod.Catalog.Create(new Component("etkf", JsonNode.Parse(options)!.AsObject()), context));
        StringAssert.Contains(fault.Message, "Integrator: expected none");
    }

    [TestMethod]
    public void EveryRowOfEveryTableSaysWhich()
    {
        var (record, scored) = (_folder.File("record"), _folder.File("filtered"));
        CommandRun.InProcess(Tiny.Simulate(record, 1, 120, "--withhold", "0.1", "--set", "system.size=8")).Succeeded();
        string[] methods =
        [
            "network", "letkf:spinUpSteps=50", "enks:lag=5,spinUpSteps=50", "strong-four-dvar:halfWidth=5", "polished",
            "etkf:forecastModel=simulator,spinUpSteps=50",
            "climatology",
        ];
        var compared = Coda(["compare", "--archive", record, "--model", _folder.Path, "--methods", .. methods])["trials"]!.AsArray();
        CollectionAssert.AreEqual(
            new[] { "model: network of example", Hybrid, Hybrid, Hybrid, Hybrid, OfArchive, null }, compared.Select(t => (string?)t!["model"]).ToArray());
        var table = CommandRun.InProcess("compare", "--archive", record, "--model", _folder.Path, "--methods", "letkf:spinUpSteps=50").Succeeded();
        StringAssert.Contains(table.Output, Hybrid);

        string[] letkf = ["--archive", record, "--model", _folder.Path, "--method", "letkf", "--set", "spinUpSteps=50"];
        var tuned = Coda(["tune", .. letkf, "--sweep", "radius=2,4", "--output", _folder.File("letkf.json")]);
        CollectionAssert.AreEqual(new[] { Hybrid, Hybrid }, tuned["trials"]!.AsArray().Select(t => (string?)t!["model"]).ToArray());

        Coda(["analyze", .. letkf, "--output", scored]);
        var forecast = Coda("forecast", "--archive", scored, "--method", "simulator", "--leads", "0.1", "--every", "0.2");
        Assert.AreEqual(OfArchive, (string)forecast["note"]!["model"]!);
        var scores = Coda("score", "--archive", record, "--analyses", scored)["scores"]!.AsArray();
        CollectionAssert.AreEqual(new[] { Hybrid, OfArchive }, scores.Select(s => (string?)s!["note"]!["model"]).ToArray());
    }

    private static TwinExperiment Twin => ExampleTwins.Lorenz96(steps: 120, trajectories: 1, fraction: 0.5);

    private static JsonNode Coda(params string[] arguments) => CommandRun.InProcess([.. arguments, "--json"]).Succeeded().Json;

    private static (double[] Analyses, string? Model) Analyze(
        IObservationArchive archive, string name, string options, OnnxModel? model, double? forcing, bool isModelUsed = true)
    {
        var given = JsonNode.Parse(options)!.AsObject();
        if (forcing is { } value)
        {
            given["system"] = new JsonObject { ["name"] = "lorenz96", ["options"] = new JsonObject { ["size"] = 8, ["forcing"] = value } };
        }

        var (component, context) = (new Component(name, given), new AnalysisContext(archive, model));
        var method = AssimilationMethod.Catalog.Create(component, context);
        var origin = AnalysisOrigin.Of(component, context, archive);
        Assert.AreEqual(model is not null && isModelUsed, origin.ContainsKey("model"), "the model enters the origin of what it has a part in");
        return ([.. method.Analyze(archive).Values().Select(x => (double)x)], method.Model);
    }

    private static double Distance(double[] a, double[] b) => TensorPrimitives.Distance<double>(a, b);
}
