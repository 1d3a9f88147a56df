namespace Coda.Training.Export;

/// <summary>A graph of a model as a file of its folder.</summary>
/// <param name="Role">What it is for: <see cref="Data.Cards.ModelRoles"/>, or a word of a plug-in's own.</param>
/// <param name="Description">What it maps to what, in a sentence.</param>
/// <param name="Graph">The graph.</param>
internal sealed record ModelGraph(string Role, string Description, OnnxGraph Graph)
{
    /// <summary>The file's name.</summary>
    public string File => Data.Cards.ModelRoles.FileName(Role);

    /// <summary>The axes of the outputs for the card, where more is known of them than the graph says.</summary>
    public IReadOnlyDictionary<string, string>? Outputs { get; init; }
}
