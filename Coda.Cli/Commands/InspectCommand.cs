using System.CommandLine;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;

namespace Coda.Cli.Commands;

/// <summary><c>coda inspect</c>: what an archive, a model or an ONNX file holds, and whether it is whole.</summary>
public sealed class InspectCommand : CodaCommand
{
    private readonly Argument<string> _path = new("path") { Description = "An archive's directory, a model's folder or a released model's name, or an ONNX file." };
    private readonly Option<bool> _quick = new("--no-verify") { Description = "Read the descriptions only; leave checksums and rows unchecked." };

    /// <summary>Declares the command.</summary>
    public InspectCommand()
        : base(
            CommandGroup.Upkeep,
            "inspect",
            "Shows what an archive, a model's folder or an ONNX file holds, and verifies it: checksums and every row of an archive, hashes of a model and its agreement with LibTorch.",
            "coda inspect out/test", "coda inspect models/lorenz96 --json", "coda inspect models/lorenz96/forecast.onnx")
    {
        Add(_path);
        Add(_quick);
        Rules = [OptionRule.Ignored(_quick, "with an ONNX file", "file.onnx", parsed => parsed.GetValue(_path)!.EndsWith(".onnx", StringComparison.Ordinal))];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var path = ReleasedModels.Find(arguments.GetRequiredValue(_path));
        var isVerified = !arguments.GetValue(_quick);
        if (File.Exists(Path.Combine(path, "archive.json")))
        {
            InspectArchive(path, isVerified, terminal, cancellation);
        }
        else if (File.Exists(Path.Combine(path, ModelFolder.Card)))
        {
            InspectModel(path, isVerified, terminal);
        }
        else if (File.Exists(path))
        {
            InspectFile(path, terminal);
        }
        else
        {
            throw new FileNotFoundException($"{path}: expected an archive (with archive.json), a model's folder (with {ModelFolder.Card}) or an ONNX file, got {(Directory.Exists(path) ? "a directory with neither" : "nothing there")}.");
        }
    }

    private static void InspectArchive(string path, bool isVerified, Terminal terminal, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(path);
        if (isVerified)
        {
            new Stages(terminal).Run("verify", _ => archive.Verify(cancellation));
        }

        var description = archive.Description;
        var tables = Enum.GetValues<ArchiveTable>().Where(archive.HasTable).Select(t => (
            Name: t.ToString().ToLowerInvariant(),
            Rows: archive.RowCount(t),
            Parts: description.Checksums.Keys.Count(k => k.StartsWith(t.ToString(), StringComparison.OrdinalIgnoreCase)))).ToList();
        terminal.Result(
            new { kind = "archive", path, isVerified, description, tables = tables.ToDictionary(t => t.Name, t => new { t.Rows, t.Parts }) },
            console =>
            {
                console.Facts(
                    $"Archive {path}",
                    [
                        ("system", $"{description.System?.Name ?? "unknown"} ({description.Layout})"),
                        ("sites", $"{description.SiteCount}, {description.Operator.Name}"),
                        ("record", FormattableString.Invariant($"{description.TrajectoryCount} trajectories, steps {description.Steps} of {description.StepLength}{Unit(description.TimeUnit)}")),
                        ("step 0", description.TimeOrigin),
                        ("sigma", description.Sigma is { } sigma ? FormattableString.Invariant($"{sigma}{Unit(description.ValueUnit)}") : null),
                        ("seed", description.Seed?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                        ("withheld", description.Withheld.Fraction > 0 ? FormattableString.Invariant($"{description.Withheld.Fraction}") : null),
                        ("provenance", description.Provenance),
                        .. (description.Origins ?? []).Select(o => (o.Key, (string?)$"from {string.Join(", ", o.Value.Select(v => $"{v.Key} {v.Value}"))}")),
                        .. new[] { ArchiveTable.Analyses, ArchiveTable.Forecasts }.Where(archive.HasTable).Select(t => (t == ArchiveTable.Analyses ? "analyses that" : "forecasts from analyses that", (string?)Describe(description.NoteOf(t)))),
                        ("verified", isVerified ? "every checksum and row" : "no"),
                    ]);
                if (description.SiteNames is not null)
                {
                    console.Sites(description.Sites());
                }

                console.Numbers("", ["table", "rows", "parts"], tables.Select(t => (string[])[t.Name, Tables.Count(t.Rows), $"{t.Parts}"]));
            });
    }

    private static void InspectModel(string path, bool isVerified, Terminal terminal)
    {
        var card = ModelFolder.ReadCard(path, isVerified);
        var lacks = Lacks(path, card);
        var differences = isVerified ? new Stages(terminal).Run("verify", _ => ReferenceCheck.Run(path)) : new Dictionary<string, double>();
        using var model = isVerified ? OnnxModel.Open(path) : null;
        model?.RequireFiles();
        var otherRings = model?.OtherRings();
        if (isVerified && differences.Count == 0)
        {
            terminal.Warnings.Add("no-reference", $"{path}: expected {ModelFolder.Reference}, to compare the graphs with what LibTorch made of them, got none; fetch the model's whole folder or export it again.");
        }

        terminal.Result(new { kind = "model", path, isVerified, card, differences, otherRings, lacks }, console =>
        {
            console.Facts(
                $"Model {path}",
                ("name", card.Name),
                ("description", card.Description),
                ("system", $"{card.System.Name} ({card.Layout})"),
                ("network", $"{card.Network.Name}, window of {(2 * card.HalfWidth) + 1} steps"),
                ("trained for", TrainedFor(card.TrainedFor)),
                ("correction", card.Correction?.Name ?? "none"),
                ("reads", FormattableString.Invariant($"{card.SiteCount} sites, steps of {card.StepLength}{Unit(card.TimeUnit)}, values{(card.ValueUnit == "1" ? "" : $" in {card.ValueUnit}")} with sigma {card.Sigma}")),
                ("sites", card.SiteNames is { } names ? $"{string.Join(", ", names.Take(12))}{(names.Count > 12 ? ", ..." : "")}" : null),
                ("other rings", otherRings?.ToString()),
                ("parameters", string.Join(", ", card.Parameters.Select(p => FormattableString.Invariant($"{p.Key} = {p.Value:G6}{(card.TrainedParameters.Contains(p.Key) ? " (trained)" : "")}")))),
                ("scores", string.Join(", ", card.Scores.Select(s => FormattableString.Invariant($"{s.Key} {s.Value:G4}")))),
                ("command", card.Command),
                ("lacks", string.Join("; ", lacks)),
                ("verified", isVerified ? "every hash, and what every graph takes and gives" : "no"),
                ("ONNX Runtime less LibTorch", differences.Count > 0 ? FormattableString.Invariant($"at most {differences.Values.Max():G2} in state units") : null));
            console.Words(
                "", ["file", "takes", "gives"],
                card.Files.Select(f => (string[])[f.Key, Describe(f.Value.Inputs), Describe(f.Value.Outputs)]));
        });
    }

    private static string? TrainedFor(ObservingSettings? settings) => settings is null ? null : FormattableString.Invariant(
        $"errors of {settings.LeastSigma:G3} to {settings.LargestSigma:G3}, {100 * settings.LeastDensity:G3} to {100 * settings.LargestDensity:G3} % of sites and steps observed, ")
        + $"up to {settings.LongestGap} steps without an observation, up to {settings.LargestHole} neighbouring sites never observed";

    private static string[] Lacks(string folder, ModelCard card) =>
    [
        .. new[] { (ModelFolder.Analysis, "no analyses"), (ModelFolder.Forecast, "no forecasts"), (ModelFolder.Tangent, "no methods that take derivatives, such as the polish") }
            .Where(f => !card.Files.ContainsKey(f.Item1)).Select(f => $"{f.Item1}: {f.Item2}"),
        .. File.Exists(Path.Combine(folder, ModelFolder.Reference)) ? Array.Empty<string>() : [$"{ModelFolder.Reference}: nothing to compare ONNX Runtime with"],
        .. Directory.EnumerateFiles(folder, "*.onnx").Select(Path.GetFileName).Where(name => !card.Files.ContainsKey(name!)).Order(StringComparer.Ordinal)
            .Select(name => $"a hash of {name}, which the card does not name and nothing reads"),
    ];

    private static void InspectFile(string path, Terminal terminal)
    {
        var file = OnnxFile.Read(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var card = File.Exists(Path.Combine(folder, ModelFolder.Card)) ? ModelFolder.ReadCard(folder) : null;
        var hash = ModelFolder.Hash(path);
        var belongsTo = card?.Files.ContainsKey(Path.GetFileName(path)) == true ? card.Name : null;
        terminal.Result(new { kind = "onnx", path, sha256 = hash, belongsTo, file }, console => console.Facts(
            $"ONNX file {path}",
            ("description", file.Description),
            ("producer", file.Producer),
            ("takes", Describe(file.Inputs)),
            ("gives", Describe(file.Outputs)),
            ("SHA-256", hash),
            ("belongs to", belongsTo is null ? null : $"model '{belongsTo}', whose card names the same hash")));
    }

    private static string Describe(TableNote note) =>
        note.Warnings is { Count: > 0 } warnings ? $"{note.Describe()}; {string.Join(" ", warnings.Select(w => w.Message))}" : note.Describe();

    private static string Describe(IReadOnlyDictionary<string, string> tensors) => string.Join("; ", tensors.Select(t => $"{t.Key} [{t.Value}]"));

    private static string Unit(string unit) => unit == "1" ? "" : $" {unit}";
}
