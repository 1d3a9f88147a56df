using Microsoft.ML.Data;

namespace Coda.Pipelines.Saving;

/// <summary>A scalar for the expression to stand on.</summary>
internal sealed class SavedMark
{
    /// <summary>Always 0.</summary>
    [ColumnName(SavedForm.Mark)]
    public int Mark { get; set; }
}
