using Microsoft.ML.Data;

namespace Coda.Pipelines.Saving;

/// <summary>The row from which a saved chain starts.</summary>
internal sealed class SavedInput
{
    /// <summary>The function's input.</summary>
    [ColumnName(SavedForm.Input)]
    public VBuffer<float> Input { get; set; }

    /// <summary>The definition of rows whose input has a name and type of its own.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="type">The column's type.</param>
    public static SchemaDefinition Definition(string name, VectorDataViewType type)
    {
        var definition = SchemaDefinition.Create(typeof(SavedInput));
        (definition[0].ColumnName, definition[0].ColumnType) = (name, type);
        return definition;
    }
}
