using System.Text.Json;
using Coda.Data.Foundation;
using Coda.Inference.Pipelines.Functions;

namespace Coda.Inference.Pipelines.Saving;

/// <summary>What a saved transformer keeps.</summary>
/// <param name="OutputColumnName">The name of the column added.</param>
/// <param name="InputColumnName">The name of the column read.</param>
/// <param name="Function">What it computes.</param>
internal sealed record SavedRecord(string OutputColumnName, string InputColumnName, FunctionRecord Function)
{
    /// <summary>The record as a text without quotation marks, as an expression can hold it.</summary>
    public string ToText() => Uri.EscapeDataString(JsonSerializer.Serialize(this, CodaJson.Options));

    /// <summary>Reads <see cref="ToText"/> back.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="InvalidOperationException">It is no such text.</exception>
    public static SavedRecord Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<SavedRecord>(Uri.UnescapeDataString(text), CodaJson.Options)
                ?? throw new JsonException("null");
        }
        catch (JsonException fault)
        {
            throw new InvalidOperationException(
                $"Column '{SavedForm.Settings}': expected the settings of a pipeline that this version of Coda saved, got '{text}'. Save the pipeline again.", fault);
        }
    }
}
