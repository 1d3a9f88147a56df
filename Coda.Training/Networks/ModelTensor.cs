namespace Coda.Training.Networks;

/// <summary>An input or output of a model's graph.</summary>
/// <param name="Name">Its name; tensors of one name mean the same in all graphs of a model.</param>
/// <param name="Axes">Its axes, each a number or a name for a length known at run time only, as in <c>batch, 2, 101, 40</c>.</param>
public sealed record ModelTensor(string Name, string Axes)
{
    /// <summary>The axis of as many rows as the caller likes.</summary>
    public const string Batch = "batch";
}
