using Microsoft.ML.Data;

namespace Coda.Pipelines.Saving;

/// <summary>What the saved function is given.</summary>
internal sealed class SavedQuestion
{
    /// <summary>The function's input.</summary>
    [ColumnName(SavedForm.Input)]
    public VBuffer<float> Input { get; set; }

    /// <summary>The settings, the same in every row.</summary>
    [ColumnName(SavedForm.Settings)]
    public ReadOnlyMemory<char> Settings { get; set; }
}
