using System.CommandLine;
using Coda.Data.Foundation;
using Coda.Workflows.Proving;

namespace Coda.Cli.Commands;

/// <summary><c>coda prove</c>: lets an archive of analyses, or a model, prove itself.</summary>
public sealed class ProveCommand : CodaCommand
{
    private readonly Argument<string> _path = new("path") { Description = "The archive's directory; or a model's, or the name of a released one." };

    private readonly Option<string?> _observations = new("--observations")
    {
        Description = "The archive with the observations that it was made from (the archive itself).", HelpName = "DIR",
    };

    private readonly Option<string?> _reference =
        new("--reference") { Description = "The archive that the method took its statistics from, where that is another.", HelpName = "DIR" };
    private readonly ModelOptions _model = new(which: " that it was made with");

    private readonly Option<string?> _bands =
        new("--bands") { Description = "The file of bands that the analyses have, where they have some; the level is the archive's.", HelpName = "FILE" };

    private readonly Option<double> _share = new("--share") { Description = "The share of the parts to compute again.", DefaultValueFactory = _ => 0.1 };

    private readonly Option<ulong> _seed =
        new("--seed") { Description = "The seed that chooses the parts, where faults are injected, a model's fresh records.", DefaultValueFactory = _ => 1 };

    private readonly Option<int> _workers = new("--workers") { Description = "The number of workers (one on each core); the bits do not depend on it." };

    private readonly Option<string?> _archive = new("--archive", "-a")
    {
        Description = "For a model: the archive that it was trained on, from which its training goes on from its checkpoint, in a copy.", HelpName = "DIR",
    };

    private readonly Option<int?> _records = new("--records") { Description = "For a model: the number of fresh records, 8 or more (8)." };

    private readonly Option<int?> _steps =
        new("--steps") { Description = "For a model: the number of steps of each, without its ends (500, of large fields 60)." };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Write the proof to this file, with a digest, and beside it in words, the same name with .md.", HelpName = "FILE.json",
    };

    private readonly Option<string?> _check = new("--check")
    {
        Description = "Make the proof of this file again, with its seed and share, and compare: checksums, parts, scores.", HelpName = "FILE.json",
    };

    /// <summary>Declares the command.</summary>
    public ProveCommand()
        : base(
            CommandGroup.Upkeep,
            "prove",
            "Lets an archive of analyses prove itself: verifies every checksum and row, computes a random share of its parts again and compares bits, scores "
                + "it, and damages a copy in every way, each of which must be refused. Of a model: its digests, reference outputs, the card's scores on fresh "
                + "records, and training that goes on from the checkpoint to the same bits.",
            "coda prove out/test-enks --observations out/test --output proof.json",
            "coda prove out/test-enks --observations out/test --check proof.json",
            "coda prove out/model --archive out/train --output proof.json")
    {
        Add(_path);
        foreach (Option option in (Option[])[_observations, _reference, .. _model.All, _bands, _share, _archive, _records, _steps, _seed, _workers,
            _output, _check])
        {
            Add(option);
        }

        Rules =
        [
            _model.Rule,
            OptionRule.Ignored(_share, "with --check, which takes that of the proof", "--check proof.json", parsed => parsed.IsGiven(_check)),
            OptionRule.Ignored(_seed, "with --check, which takes that of the proof", "--check proof.json", parsed => parsed.IsGiven(_check)),
            OptionRule.Ignored(_records, "with --check, which takes that of the proof", "--check proof.json", parsed => parsed.IsGiven(_check)),
            OptionRule.Ignored(_steps, "with --check, which takes that of the proof", "--check proof.json", parsed => parsed.IsGiven(_check)),
        ];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        if (arguments.GetValue(_output) is { } name && Path.GetExtension(name).Equals(".md", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"--output: expected a file such as proof.json, got {name}, which is that of its words. Name it with .json.");
        }

        var path = arguments.GetRequiredValue(_path);
        if (ProveModelWorkflow.IsModel(path))
        {
            RequireNone(arguments, "a model", [_observations, _reference, _model.Model, _model.Device, _bands, _share]);
            ProveModel(arguments, path, terminal, cancellation);
        }
        else
        {
            RequireNone(arguments, "an archive", [_archive, _records, _steps]);
            ProveArchive(arguments, path, terminal, cancellation);
        }
    }

    private static void RequireNone(ParseResult arguments, string what, Option[] options)
    {
        if (options.FirstOrDefault(arguments.IsGiven) is { } option)
        {
            throw new ArgumentException($"{option.Name}: expected none for {what}, got one. Leave it out, or name what it is for.");
        }
    }

    private void ProveModel(ParseResult arguments, string path, Terminal terminal, CancellationToken cancellation)
    {
        var other = arguments.GetValue(_check) is { } file ? CodaJson.Read<ModelProof>(file, "Take a copy of the proof as it was written.") : null;
        var proof = ProveModelWorkflow.Run(
            new(path)
            {
                Archive = arguments.GetValue(_archive), Records = arguments.GetValue(_records) ?? 8, Steps = arguments.GetValue(_steps),
                Seed = arguments.GetValue(_seed), Workers = arguments.GetValue(_workers), Other = other,
            },
            terminal, cancellation);
        if (arguments.GetValue(_output) is { } output)
        {
            CodaJson.WriteWithDigest(output, proof);
            AtomicFile.WriteText(Path.ChangeExtension(output, ".md"), ModelProofText.Of(proof, Command(arguments, output)));
        }

        List<string> doubts = [.. other is null ? proof.Doubts() : proof.DifferencesTo(other)];
        terminal.Result(
            new { proof, isProven = doubts.Count == 0, verdict = Verdict(proof, doubts), doubts },
            console => console.Facts($"Model {path}", [.. Facts(proof, other is not null, doubts)]));
        Require(path, "a model", doubts);
    }

    private static IEnumerable<(string, string?)> Facts(ModelProof proof, bool isChecked, List<string> doubts) =>
    [
        ("files", $"{proof.Files.Count}, {proof.Named.Count} of them named in the card, with these digests"),
        ("reference outputs", proof.References.Count == 0 ? "none" : FormattableString.Invariant(
            $"of {proof.References.Count} files, {proof.References.Values.Max():G3} apart at most ({proof.Tolerance:G3} allowed)")),
        .. proof.Scores.Select(s => (s.Name, (string?)FormattableString.Invariant(
            $"card {s.Card:F4}, {s.Records} fresh records {s.Fresh:F4}; expected: {s.Low:F4} to {s.High:F4} ({ProvenScore.Level:P0} for all scores)"))),
        ("card's records", proof.IsSizeKnown ? null : "taken to be as many as the fresh ones, of their length, which the card does not say"),
        ("scores not measured", proof.NotMeasured.Count == 0 ? null : string.Join(", ", proof.NotMeasured.Keys)),
        ("training", proof.Resumed is { Other: { } foreign } ? $"not gone on with: the checkpoint is not the model's: {foreign}"
            : proof.Resumed is { } resumed
            ? $"{resumed.Steps} steps from step {resumed.Step}, at once and stopped half-way: {(resumed.IsSame ? "the same bits" : "other bits")}"
            : $"not gone on with: {proof.NotResumed}"),
        ("beside the other proof", !isChecked ? null : doubts.Count == 0 ? "the same" : string.Join("; ", doubts)),
        ("", Verdict(proof, doubts)),
    ];

    private static string Verdict(ModelProof proof, List<string> doubts) => doubts.Count == 0 ? proof.Verdict : "not proven";

    private static void Require(string path, string what, List<string> doubts)
    {
        if (doubts.Count > 0)
        {
            throw new InvalidDataException($"{path}: expected {what} that is what it says, got one of which {string.Join("; ", doubts)}. Make it anew.");
        }
    }

    private void ProveArchive(ParseResult arguments, string path, Terminal terminal, CancellationToken cancellation)
    {
        using var model = _model.Open(arguments, terminal);
        var observations = arguments.GetValue(_observations);
        var other = arguments.GetValue(_check) is { } file ? CodaJson.Read<Proof>(file, "Take a copy of the proof as it was written.") : null;
        var job = new ProveJob(path)
        {
            Observations = observations, Reference = arguments.GetValue(_reference), Model = model,
            Bands = arguments.GetValue(_bands) is { } bands ? CommonOptions.RequireFile(bands, "bands, as 'coda calibrate' writes them") : null,
            Share = arguments.GetValue(_share), Seed = arguments.GetValue(_seed), Workers = arguments.GetValue(_workers), Other = other,
        };
        var proof = ProveWorkflow.Run(job, terminal, cancellation);
        if (arguments.GetValue(_output) is { } output)
        {
            CodaJson.WriteWithDigest(output, proof);
            AtomicFile.WriteText(Path.ChangeExtension(output, ".md"), ProofText.Of(proof, Command(arguments, output)));
        }

        List<string> doubts = [.. other is null ? proof.Doubts() : proof.DifferencesTo(other)];
        terminal.Result(new { proof, isProven = doubts.Count == 0, doubts }, console => console.Facts(
            $"Archive {path}",
            ("files", $"{proof.Files}, every checksum and row agrees"),
            ("computed again", $"{proof.Again.Count} of {proof.Parts} parts, {proof.Again.Count(p => p.Sha256 == p.Again)} to the same bits"),
            ("faults", $"{proof.Faults.Count(f => f.IsIgnored is null)} in a copy, {proof.Faults.Count(f => f.Outcome == "refused")} refused"),
            ("left by killed writers", $"{proof.Faults.Count(f => f.IsIgnored is not null)} in a copy, {proof.Faults.Count(f => f.IsIgnored == true)} ignored"),
            ("scores", $"{proof.Scores.Count}"),
            ("beside the other proof", other is null ? null : doubts.Count == 0 ? "the same" : string.Join("; ", doubts)),
            ("", doubts.Count == 0 ? "proven" : "not proven")));
        Require(path, "an archive", doubts);
    }

    private string Command(ParseResult arguments, string output)
    {
        string Given(Option<string?> option) => arguments.GetValue(option) is { } value ? $" {option.Name} {Quoted(value)}" : "";
        var device = arguments.GetRequiredValue(_model.Device) is var place && place == "cpu" ? "" : $" {_model.Device.Name} {place}";
        return $"coda prove {Quoted(arguments.GetRequiredValue(_path))}{Given(_observations)}{Given(_reference)}{Given(_model.Model)}{device}{Given(_bands)}"
            + $"{Given(_archive)} --check {Quoted(output)}";

        static string Quoted(string text) => text.All(c => char.IsLetterOrDigit(c) || "/\\._-:+=,@".Contains(c, StringComparison.Ordinal))
            ? text : $"\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }
}
