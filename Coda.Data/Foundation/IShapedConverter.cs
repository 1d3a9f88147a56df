namespace Coda.Data.Foundation;

/// <summary>A JSON converter of one's own that says what it takes, so that a document is checked before it is bound.</summary>
public interface IShapedConverter
{
    /// <summary>The types whose JSON it takes; of several, the first whose kind of value (text, object, list) is there.</summary>
    IReadOnlyList<Type> Shapes { get; }
}
