using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.Parts;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Tests.Archives;

namespace Coda.Tests.Foundation;

/// <summary>JSON that does not fit is refused with file, member, expected, got and cure.</summary>
[TestClass]
public sealed class CodaJsonTests
{
    private const string Whole = """{"count":3,"length":0.5,"name":"a","isDone":true,"kind":"past","layout":{"fields":[{"name":"x","size":4,"topology":"ring"}]},"numbers":{"F":8},"steps":{"start":0,"end":3},"part":"lorenz96","texts":["a"]}""";

    [TestMethod]
    public void AChangedDocumentIsToldByItsDigest()
    {
        using var folder = new TemporaryDirectory();
        var path = folder.File("values.json");
        CodaJson.WriteWithDigest(path, new Dictionary<string, double> { ["a"] = 0.1, ["é"] = 1e300 });
        CodaJson.WriteWithDigest(path, new Numbers(0.1, "é \"x\" <&>", [1, 2.5e-7]));
        var text = File.ReadAllText(path);
        Assert.AreEqual(0.1, CodaJson.Read<Numbers>(path).First);
        File.WriteAllText(path, text.Replace("\n", "").Replace("  ", ""));
        Assert.AreEqual(2.5e-7, CodaJson.Read<Numbers>(path).Rest[1], "expected white space not to count");
        foreach (var changed in new[] { text.Replace("0.1", "0.2"), text.Replace("\"x\\\"", "\"y\\\""), text.Replace("\"digest\": \"", "\"digest\": \"0"),
            text.Replace("2.5E-07", "2.5e-07") })
        {
            Assert.AreNotEqual(text, changed);
            File.WriteAllText(path, changed);
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => CodaJson.Read<Numbers>(path)).Message, "remove the member digest");
        }

        var members = JsonNode.Parse(text)!.AsObject();
        members.Remove("digest");
        members["first"] = 7;
        File.WriteAllText(path, members.ToJsonString());
        Assert.AreEqual(7, CodaJson.Read<Numbers>(path).First, "expected what has no digest to be believed");
    }

    [TestMethod]
    public void WhatFitsIsRead()
    {
        var example = Read("\uFEFF// a comment\n" + Whole);
        Assert.AreEqual((3, 0.5, "a", true, StartKind.Past), (example.Count, example.Length, example.Name, example.IsDone, example.Kind));
        Assert.AreEqual(new StepRange(0, 3), example.Steps);
        Assert.AreEqual("lorenz96", example.Part.Name);
        Assert.IsNull(example.Sigma);
        Assert.IsNull(Read(With("sigma", "null")).Sigma);
        Assert.AreEqual(8, (int)Read(With("part", """{"name":"a","options":{"size":8}}""")).Part.Options!["size"]!);
    }

    [TestMethod]
    [DataRow("count", "3.5", "count: expected a whole number in [-2147483648, 2147483647], got 3.5")]
    [DataRow("count", "99999999999", "count: expected a whole number in [-2147483648, 2147483647], got 99999999999")]
    [DataRow("count", "\"3\"", "count: expected a whole number in [-2147483648, 2147483647], got \"3\"")]
    [DataRow("count", "null", "count: expected a whole number in [-2147483648, 2147483647], got null")]
    [DataRow("count", "{}", "count: expected a whole number in [-2147483648, 2147483647], got an object")]
    [DataRow("seed", "-1", "seed: expected a whole number in [0, 18446744073709551615], got -1")]
    [DataRow("length", "1e999", "length: expected a finite number, got 1e999")]
    [DataRow("length", "\"NaN\"", "length: expected a finite number, got \"NaN\"")]
    [DataRow("name", "null", "name: expected text, got null")]
    [DataRow("name", "7", "name: expected text, got 7")]
    [DataRow("name", "\"\\ud800\"", "name: expected text, got \"\\ud800\"")]
    [DataRow("isDone", "1", "isDone: expected true or false, got 1")]
    [DataRow("kind", "\"pest\"", "kind: expected one of unknown, past, smoothed, got \"pest\"")]
    [DataRow("kind", "99", "kind: expected one of unknown, past, smoothed, got 99")]
    [DataRow("layout", "{}", "layout.fields: expected a list, got nothing")]
    [DataRow("layout", """{"fields":[null]}""", "layout.fields[0]: expected an object, got null")]
    [DataRow("layout", """{"fields":[{"size":4,"topology":"ring"}]}""", "layout.fields[0].name: expected text, got nothing")]
    [DataRow("layout", """{"fields":[{"name":"x","size":0,"topology":"ring"}]}""", "layout.fields[0]: Ring: size: expected at least 1 site along each axis, got 0")]
    [DataRow("layout", """{"fields":[{"name":"x","size":100000000,"topology":"ring"},{"name":"y","size":100000000,"topology":"ring"}]}""", "got 200000000")]
    [DataRow("layout", """{"fields":[{"name":"x","size":4,"topology":"rung"}]}""", "layout.fields[0].topology: expected one of ring, components, got \"rung\"")]
    [DataRow("layout", """{"fields":[{"name":"x","grid":"rung"}]}""", "layout.fields[0]: grid: expected one of components, ")]
    [DataRow("layout", """{"fields":[{"name":"x","grid":{"name":"torus","options":{"rows":0,"columns":3}}}]}""", "Torus: size: expected at least 1 site along each axis, got 0 x 3")]
    [DataRow("layout", """{"fields":[{"name":"x","grid":{"name":"torus","options":{"rows":2}}}]}""", "columns: expected a whole number in [-2147483648, 2147483647], got nothing")]
    [DataRow("numbers", """{"F":"8"}""", "numbers.F: expected a finite number, got \"8\"")]
    [DataRow("numbers", """{"F":1,"F":2}""", "numbers.F: expected one value, got a second one")]
    [DataRow("numbers", """{"a.b c":null}""", "numbers[\"a.b c\"]: expected a finite number, got null")]
    [DataRow("steps", """{"start":0}""", "steps.end: expected a whole number")]
    [DataRow("part", "7", "part: expected text or an object, got 7")]
    [DataRow("part", """{"options":{}}""", "part.name: expected text, got nothing")]
    [DataRow("part", """{"name":"a","options":[]}""", "part.options: expected an object, got a list")]
    [DataRow("part", """{"name":"a","options":{"x":{"y":1,"y":2}}}""", "part.options.x.y: expected one value, got a second one")]
    [DataRow("texts", "[\"a\",null]", "texts[1]: expected text, got null")]
    [DataRow("texts", "\"a\"", "texts: expected a list, got \"a\"")]
    public void WhatDoesNotFitIsNamedFromTheRoot(string member, string value, string said) => Assert.Contains(said, Refused(With(member, value)));

    [TestMethod]
    public void AllFaultsAreToldAtOnceWithFileAndCure()
    {
        using var folder = new TemporaryDirectory();
        var path = folder.File("example.json");
        File.WriteAllText(path, """{"counts":3,"length":"long","\u001b[31m":1}""");
        var message = Assert.ThrowsExactly<InvalidDataException>(() => CodaJson.Read<Example>(path, "Make it anew.")).Message;
        Assert.StartsWith($"{path}: counts: expected a known member (did you mean 'count'?), got an unknown one; length: expected a finite number, got "
            + $"\"long\"; [\"\\u001b[31m\"]: expected a known member", message);
        Assert.EndsWith(". Make it anew.", message);
    }

    [TestMethod]
    [DataRow("", "expected JSON, got text that ends within it (line 1, byte 1)")]
    [DataRow("{\"count\":\n 3", "expected JSON, got text that ends within it (line 2, byte 3)")]
    [DataRow("{\"count\":\n nan\u001b}", "line 2, byte 3: expected JSON, got an\\u001b}")]
    [DataRow("{} {}", "line 1, byte 4: expected JSON, got {}")]
    [DataRow("[]", "the document: expected an object, got a list")]
    [DataRow("null", "the document: expected an object, got null")]
    public void TextThatIsNoJsonIsToldWithItsPlace(string text, string said) => Assert.Contains(said, Refused(text));

    [TestMethod]
    public void BytesThatAreNoTextAreTold() =>
        Assert.Contains("expected text in UTF-8, got byte 3 that is none",
            Assert.ThrowsExactly<InvalidDataException>(() => JsonSource.Parse(new byte[] { 0x7B, 0x22, 0xFF, 0x22 }, "it", "")).Message);

    [TestMethod]
    public void NestingHasALimit() =>
        Assert.Contains("of at most 64 levels", Refused(string.Concat(Enumerable.Repeat("[", 100)) + string.Concat(Enumerable.Repeat("]", 100))));

    [TestMethod]
    public void OptionsOfPluginsAreToldInTheSameWords()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(
            () => DynamicalSystem.Catalog.Create(new Component("lorenz96", new JsonObject { ["size"] = "many" })));
        Assert.StartsWith("Options of system 'lorenz96': size: expected a whole number in [-2147483648, 2147483647], got \"many\". Known: ", fault.Message);
    }

    private static string With(string member, string value)
    {
        // As text, for the library's own objects hold no member twice and no half of a pair.
        var members = JsonDocument.Parse(Whole).RootElement.EnumerateObject().Where(p => p.Name != member).Select(p => $"\"{p.Name}\":{p.Value.GetRawText()}");
        return $"{{{string.Join(',', members.Append($"\"{member}\":{value}"))}}}";
    }

    private static string Refused(string json) => Assert.ThrowsExactly<InvalidDataException>(() => Read(json)).Message;

    private static Example Read(string json)
    {
        using var source = JsonSource.Parse(Encoding.UTF8.GetBytes(json), "it", "");
        return source.As<Example>();
    }

    internal sealed record Example
    {
        public required int Count { get; init; }

        public required double Length { get; init; }

        public string Name { get; init; } = "";

        public bool IsDone { get; init; }

        public double? Sigma { get; init; }

        public ulong Seed { get; init; }

        public StartKind Kind { get; init; }

        public StateLayout? Layout { get; init; }

        public IReadOnlyDictionary<string, double> Numbers { get; init; } = new Dictionary<string, double>();

        public StepRange Steps { get; init; }

        public Component Part { get; init; } = new("none");

        public IReadOnlyList<string> Texts { get; init; } = [];
    }

    private sealed record Numbers(double First, string Text, IReadOnlyList<double> Rest);
}
