using System.Text;
using Coda.Workflows.Training;

namespace Coda.Workflows.Proving;

/// <summary>A model's proof for people, in Markdown.</summary>
public static class ModelProofText
{
    /// <summary>Writes it down.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="command">The command with which anybody checks it.</param>
    public static string Of(ModelProof proof, string command)
    {
        ArgumentNullException.ThrowIfNull(proof);
        var text = new StringBuilder();
        text.Append("# Proof of a model\n\n").Append(proof.IsProven ? $"P{proof.Verdict[1..]}.\n\n" : $"NOT proven: {string.Join("; ", proof.Doubts())}.\n\n");
        text.Append("Check it, where the model is, on a machine of the same kind: another processor, or another version of ONNX Runtime or LibTorch, may ")
            .Append("round otherwise, which the check then says:\n\n    ").Append(command).Append("\n\n");
        ProofText.Table(text, ["what", "value"], [
            ["model", proof.Name], ["Coda", proof.Version], ["seed of the fresh records", $"{proof.FreshSeed} (drawn from {proof.Seed})"],
            ["fresh records", FormattableString.Invariant($"{proof.Records} of {proof.Steps} steps, without their ends")],
        ]);
        ProofText.Table(
            text, ["file", "SHA-256", "in the card"], proof.Files.Select(f => new[] { f.Key, f.Value, proof.Named.Contains(f.Key) ? "the same" : "-" }));
        ProofText.Table(text, ["file", "from its reference outputs", "allowed"], proof.References.Select(
            r => new[] { r.Key, FormattableString.Invariant($"{r.Value:G3}"), FormattableString.Invariant($"{proof.Tolerance:G3}") }));
        ProofText.Table(text, ["score", "card", "fresh records", $"interval ({ProvenScore.Level:P0} for all)", "within"], proof.Scores.Select(s => new[]
        {
            s.Name, FormattableString.Invariant($"{s.Card:G4}"), FormattableString.Invariant($"{s.Fresh:G4} of {s.Records}"),
            FormattableString.Invariant($"{s.Low:G4} to {s.High:G4}"), s.IsWithin ? "yes" : "NO",
        }));
        text.Append(proof.IsSizeKnown ? "" : "The card does not say on how many records of how many steps it was scored: as many as the fresh ones, of their "
            + "length, are assumed.\n\n");
        ProofText.Table(text, ["score that was not measured", "why"], proof.NotMeasured.Select(s => new[] { s.Key, s.Value }));
        ProofText.Table(text, [$"training from {TrainFolder.Checkpoint}", "SHA-256 of the next checkpoint"], proof.Resumed is not { } resumed
            ? [[$"not gone on with: {proof.NotResumed}", "-"]]
            : resumed.Other is { } other ? [[$"not gone on with: it is not the model's ({other})", "-"]]
            :
            [
                [FormattableString.Invariant($"steps {resumed.Step} to {resumed.Step + resumed.Steps} at once"), resumed.AtOnce],
                ["the same, stopped half-way", resumed.IsSame ? "the same" : resumed.Stopped],
            ]);
        return text.ToString();
    }
}
