using System.CommandLine;
using Coda.Data.Foundation;
using Coda.Workflows.Proving;

namespace Coda.Cli.Commands;

/// <summary><c>coda prove</c>: lets an archive of analyses prove itself.</summary>
public sealed class ProveCommand : CodaCommand
{
    private readonly Argument<string> _path = new("path") { Description = "The archive's directory." };

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
        new("--seed") { Description = "The seed that chooses the parts, and where faults are injected.", DefaultValueFactory = _ => 1 };

    private readonly Option<int> _workers = new("--workers") { Description = "The number of workers (one on each core); the bits do not depend on it." };

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
                + "it, and damages a copy in every way, each of which must be refused.",
            "coda prove out/test-enks --observations out/test --output proof.json",
            "coda prove out/test-enks --observations out/test --check proof.json")
    {
        Add(_path);
        foreach (Option option in (Option[])[_observations, _reference, .. _model.All, _bands, _share, _seed, _workers, _output, _check])
        {
            Add(option);
        }

        Rules =
        [
            _model.Rule,
            OptionRule.Ignored(_share, "with --check, which takes that of the proof", "--check proof.json", parsed => parsed.IsGiven(_check)),
            OptionRule.Ignored(_seed, "with --check, which takes that of the proof", "--check proof.json", parsed => parsed.IsGiven(_check)),
        ];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        if (arguments.GetValue(_output) is { } name && Path.GetExtension(name).Equals(".md", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"--output: expected a file such as proof.json, got {name}, which is that of its words. Name it with .json.");
        }

        using var model = _model.Open(arguments, terminal);
        var (path, observations) = (arguments.GetRequiredValue(_path), arguments.GetValue(_observations));
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
        if (doubts.Count > 0)
        {
            throw new InvalidDataException($"{path}: expected an archive that is what it says, got one of which {string.Join("; ", doubts)}. Make it anew.");
        }
    }

    private string Command(ParseResult arguments, string output)
    {
        string Given(Option<string?> option) => arguments.GetValue(option) is { } value ? $" {option.Name} {Quoted(value)}" : "";
        var device = arguments.GetRequiredValue(_model.Device) is var place && place == "cpu" ? "" : $" {_model.Device.Name} {place}";
        return $"coda prove {Quoted(arguments.GetRequiredValue(_path))}{Given(_observations)}{Given(_reference)}{Given(_model.Model)}{device}{Given(_bands)}"
            + $" --check {Quoted(output)}";

        static string Quoted(string text) => text.All(c => char.IsLetterOrDigit(c) || "/\\._-:+=,@".Contains(c, StringComparison.Ordinal))
            ? text : $"\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }
}
