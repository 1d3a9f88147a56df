using System.Text.Json.Nodes;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Tests.Training;
using Coda.Training.Export;

namespace Coda.Tests.Data;

/// <summary>A card that contradicts itself is refused, whoever reads it.</summary>
[TestClass]
public sealed class CardCheckTests
{
    [TestMethod]
    [DataRow("sigma", "0", "sigma: expected greater than 0, got 0")]
    [DataRow("sigma", "-1", "sigma: expected greater than 0, got -1")]
    [DataRow("sigma", "null", "sigma: expected a finite number, got null")]
    [DataRow("stepLength", "0", "stepLength: expected greater than 0, got 0")]
    [DataRow("siteCount", "9", "files[\"analysis.onnx\"].inputs.observations: expected a last axis of 9 (siteCount), got batch, 2, 7, 8")]
    [DataRow("siteCount", "0", "siteCount: expected at least 1, got 0")]
    [DataRow("halfWidth", "0", "halfWidth: expected at least 1, got 0")]
    [DataRow("halfWidth", "2147483647", "expected 4294967295 steps, as halfWidth 2147483647 asks, got batch, 2, 7, 8")]
    [DataRow("climatologyMean", "[1,2]", "climatologyMean: expected 8 numbers, as the layout has entries, got 2")]
    [DataRow("climatologyDeviation", "[1,1,1,0,1,1,1,1]", "climatologyDeviation[3]: expected greater than 0, got 0")]
    [DataRow("climatologyDeviation", "[1,1,1,1e999,1,1,1,1]", "climatologyDeviation[3]: expected a finite number, got 1e999")]
    [DataRow("trainedParameters", "[\"G\"]", "trainedParameters: expected names among parameters (F), got G")]
    [DataRow("parameters", "{\"F\":null}", "parameters.F: expected a finite number, got null")]
    [DataRow("parameterErrors", "{\"F\":-1}", "parameterErrors.F: expected at least 0, got -1")]
    [DataRow("files", "{}", "files: expected at least one file, got none")]
    [DataRow("files", "{\"a.onnx\":{\"sha256\":\"12\",\"inputs\":{},\"outputs\":{}}}", "files[\"a.onnx\"].sha256: expected 64 hexadecimal digits, got 12")]
    [DataRow("files", "{\"a.onnx\":null}", "files[\"a.onnx\"]: expected an object, got null")]
    [DataRow("layout", "{\"fields\":[]}", "layout: StateLayout: fields: expected at least one field, got 0")]
    [DataRow("layout", "{\"fields\":[{\"name\":\"x\",\"size\":40,\"topology\":\"ring\"}]}", "climatologyMean: expected 40 numbers")]
    [DataRow("operator", "{\"name\":\"site-selection\",\"options\":{\"every\":0}}", "operator: expected")]
    [DataRow("operator", "{\"name\":\"site-selection\",\"options\":{\"sites\":[0,1]}}", "got one of 2 sites instead of 8 (siteCount)")]
    [DataRow("system", "{\"name\":\"lorenz96\",\"options\":{\"size\":\"x\"}}", "options.size: expected a whole number")]
    [DataRow("name", "\"\"", "name: expected a name, got none")]
    [DataRow("memorySize", "0", "memorySize: expected none where there is a file of the role analysis, got 0")]
    [DataRow("memorySize", "8", "memorySize: expected 0 to 7, fewer than the layout's entries, got 8")]
    public void WhatCannotBeIsNamed(string member, string value, string said)
    {
        using var folder = new TemporaryDirectory();
        var path = Path.Combine(folder.Path, ModelFolder.Card);
        Edit(folder.Path, card => card[member] = value == "null" ? null : JsonNode.Parse(value));
        var message = Assert.ThrowsExactly<InvalidDataException>(() => ModelFolder.ReadCard(folder.Path)).Message;
        Assert.StartsWith(path, message);
        Assert.Contains(said, message);
        Assert.EndsWith("Copy or fetch the model's whole folder again, or export it anew.", message);
        Assert.AreEqual(message, Assert.ThrowsExactly<InvalidDataException>(() => ModelFolder.ReadCard(folder.Path, verifiesFiles: false)).Message);
    }

    [TestMethod]
    public void ACardOfAnotherFormatIsAMismatchWhateverItsMembers()
    {
        using var folder = new TemporaryDirectory();
        Edit(folder.Path, card => (card["formatVersion"], card["sigmas"]) = (7, 1));
        Assert.Contains("formatVersion: expected 1 to 2, got 7", Assert.ThrowsExactly<ModelMismatchException>(() => ModelFolder.ReadCard(folder.Path)).Message);
    }

    [TestMethod]
    public void ACardOfFormatOneIsReadAndWrittenAsOneOfToday()
    {
        using var folder = new TemporaryDirectory();
        var card = ModelFolder.ReadCard(Path.Combine(Repository.Root, "models", "lorenz96"), verifiesFiles: false);
        Assert.Contains("\"formatVersion\": 1", File.ReadAllText(Path.Combine(Repository.Root, "models", "lorenz96", ModelFolder.Card)));
        Assert.AreEqual((2, StateLayout.On(new Ring(40))), (card.FormatVersion, card.Layout));
        foreach (var role in new[] { ModelRoles.Analysis, ModelRoles.AnalysisStretch, ModelRoles.Forecast, ModelRoles.Tangent })
        {
            Assert.AreEqual(ModelRoles.FileName(role), card.FileOf(role), "files are named after their roles");
        }

        CodaJson.WriteWithDigest(folder.File(ModelFolder.Card), card);
        Assert.Contains("\"grid\": {", File.ReadAllText(folder.File(ModelFolder.Card)));
        Assert.AreEqual(card.Layout, ModelFolder.ReadCard(folder.Path, verifiesFiles: false).Layout);
    }

    [TestMethod]
    public void TwoFilesOfOneRoleAreRefused()
    {
        using var folder = new TemporaryDirectory();
        Edit(folder.Path, card => card["files"]![GraphFiles.Tangent]!["role"] = "forecast");
        Assert.Contains("files[\"tangent.onnx\"].role: expected a role that no other file has, got forecast",
            Assert.ThrowsExactly<InvalidDataException>(() => ModelFolder.ReadCard(folder.Path)).Message);
    }

    [TestMethod]
    public void AnEmulatorsCardTellsItsMemoryAndOneThatDoesNotYetIsReadAsIfItDid()
    {
        using var folder = new TemporaryDirectory();
        var model = EmulatorExamples.Model();
        var memory = model.Context.Layout.Fields[^1].Size;
        var card = ModelExport.Write(model, folder.Path, "");
        Assert.AreEqual(memory, ModelFolder.ReadCard(folder.Path).MemorySize);
        CodaJson.WriteWithDigest(folder.File(ModelFolder.Card), card with { MemorySize = null });
        Assert.AreEqual((true, memory), (ModelFolder.ReadCard(folder.Path).IsEmulator, ModelFolder.ReadCard(folder.Path).MemorySize));

        var bare = card with
        {
            Layout = model.Simulator.System.Layout, MemorySize = null,
            ClimatologyMean = [.. card.ClimatologyMean.Take(3)], ClimatologyDeviation = [.. card.ClimatologyDeviation.Take(3)],
            Files = new(card.Files.ToDictionary(f => f.Key, f => f.Value with { Inputs = None, Outputs = None })),
        };
        CodaJson.WriteWithDigest(folder.File(ModelFolder.Card), bare);
        Assert.AreEqual(0, ModelFolder.ReadCard(folder.Path).MemorySize);
    }

    [TestMethod]
    public void ANetworkOfAPluginsOwnRoleIsNoEmulator()
    {
        using var folder = new TemporaryDirectory();
        var card = ModelExport.Write(EmulatorExamples.Model(), folder.Path, "") with { MemorySize = null };
        card.Files.Add("guess.onnx", card.Files[GraphFiles.Tangent] with { Role = "guess" });
        CodaJson.WriteWithDigest(folder.File(ModelFolder.Card), card);
        Assert.IsFalse(ModelFolder.ReadCard(folder.Path, verifiesFiles: false).IsEmulator);
    }

    [TestMethod]
    public void AComponentOfAPluginThatIsNotLoadedIsNoFault()
    {
        using var folder = new TemporaryDirectory();
        Edit(folder.Path, card => card["operator"] = new JsonObject { ["name"] = "of-my-own", ["options"] = new JsonObject { ["width"] = 3 } });
        Assert.AreEqual("of-my-own", ModelFolder.ReadCard(folder.Path).Operator.Name);
    }

    [TestMethod]
    public void EveryReleasedCardIsReadAsItIs()
    {
        foreach (var folder in Directory.GetDirectories(Path.Combine(Repository.Root, "models")).Where(f => File.Exists(Path.Combine(f, ModelFolder.Card))))
        {
            Assert.AreEqual(Path.GetFileName(folder), ModelFolder.ReadCard(folder).Name);
        }
    }

    private static IReadOnlyDictionary<string, string> None => new Dictionary<string, string>();

    private static void Edit(string folder, Action<JsonObject> edit)
    {
        ExampleModels.Write(folder);
        var path = Path.Combine(folder, ModelFolder.Card);
        var card = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        card["files"]![GraphFiles.Analysis]!["inputs"]![ModelFolder.Observations] = "batch, 2, 7, 8";
        edit(card);
        File.WriteAllText(path, card.ToJsonString());
    }
}
