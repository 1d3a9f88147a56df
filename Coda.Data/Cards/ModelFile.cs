namespace Coda.Data.Cards;

/// <summary>One ONNX file of a model.</summary>
/// <param name="Sha256">The file's SHA-256, in lower-case hexadecimal.</param>
/// <param name="Inputs">Its inputs, by name: the axes, as in <c>batch, 2, 101, 40</c>.</param>
/// <param name="Outputs">Its outputs, likewise.</param>
public sealed record ModelFile(string Sha256, IReadOnlyDictionary<string, string> Inputs, IReadOnlyDictionary<string, string> Outputs)
{
    /// <summary>What it is for, one of <see cref="ModelRoles"/> or a word of a plug-in's own, unique in a card; <see langword="null"/> only in the text of
    /// cards of format 1, where the file's name tells.</summary>
    public string? Role { get; init; }
}
