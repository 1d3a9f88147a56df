namespace Coda.Data.Foundation;

/// <summary>A JSON converter of one's own that says what it takes, so that a document is checked before it is bound.</summary>
public interface IShapedConverter
{
    /// <summary>The types whose JSON it takes; of several of the kind of value (text, object, list) that is there, the one with the fewest members unknown or
    /// missing.</summary>
    IReadOnlyList<Type> Shapes { get; }
}
