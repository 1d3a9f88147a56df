using Microsoft.ML.Data;

namespace Coda.Pipelines.Saving;

/// <summary>What the saved function makes.</summary>
internal sealed class SavedOutput
{
    /// <summary>The function's output in the first entries.</summary>
    [ColumnName(SavedForm.Output)]
    [VectorType(SavedForm.Capacity)]
    public VBuffer<float> Output { get; set; }
}
