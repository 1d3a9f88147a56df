using System.Text;
using Coda.Data.Scoring;

namespace Coda.Workflows.Proving;

/// <summary>A proof for people, in Markdown.</summary>
public static class ProofText
{
    /// <summary>Writes it down.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="command">The command with which anybody checks it.</param>
    public static string Of(Proof proof, string command)
    {
        ArgumentNullException.ThrowIfNull(proof);
        var text = new StringBuilder();
        text.Append("# Proof of an archive of analyses\n\n").Append(proof.IsProven ? "Proven.\n\n" : $"NOT proven: {string.Join("; ", proof.Doubts())}.\n\n");
        text.Append("Check it, where the archive, its observations and its model are, on a machine of the same kind: another processor, or another ")
            .Append("version of ONNX Runtime, may round otherwise, which the check then says:\n\n    ").Append(command).Append("\n\n");
        Table(text, ["what", "value"], [
            ["archive.json, SHA-256", proof.ArchiveSha256], ["Coda", proof.Version], .. proof.Origin.Select(o => new[] { o.Key, o.Value }),
            ["files verified", $"{proof.Files}"],
            ["parts computed again", FormattableString.Invariant($"{proof.Again.Count} of {proof.Parts} (asked for {proof.Share:P0}), seed {proof.Seed}")],
        ]);
        Table(text, ["part", "SHA-256", "computed again"], proof.Again.Select(p => new[] { p.Name, p.Sha256, p.Sha256 == p.Again ? "the same" : p.Again }));
        Table(text, ["fault, in a copy", "file", "outcome", "what was said"], proof.Faults.Select(
            f => new[] { f.Fault, f.File, f.IsHeld ? f.Outcome : f.Outcome.ToUpperInvariant(), f.Refusal ?? "" }));
        Table(text, ["score", "sites", "value"], proof.Scores.Where(s => s.Part?.Site is null).Select(
            s => new[] { s.Score + (s.Part is { } part ? $" of {part.Field}" : ""), $"{s.Sites}", FormattableString.Invariant($"{s.Value:R}") }));
        return text.ToString();
    }

    /// <summary>Adds a table.</summary>
    /// <param name="text">What it is added to.</param>
    /// <param name="heads">The heads of its columns.</param>
    /// <param name="rows">Its rows; without any, nothing is added.</param>
    internal static void Table(StringBuilder text, string[] heads, IEnumerable<string[]> rows)
    {
        rows = [.. rows];
        if (!rows.Any())
        {
            return;
        }

        text.Append("| ").AppendJoin(" | ", heads).Append(" |\n|").AppendJoin('|', heads.Select(_ => "---")).Append("|\n");
        foreach (var row in rows)
        {
            text.Append("| ").AppendJoin(" | ", row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" "))).Append(" |\n");
        }

        text.Append('\n');
    }
}
