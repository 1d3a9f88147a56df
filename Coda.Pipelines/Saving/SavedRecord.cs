using System.Text.Json;
using Coda.Data.Foundation;
using Coda.Pipelines.Functions;

namespace Coda.Pipelines.Saving;

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
            var record = CodaJson.Parse<SavedRecord>(Uri.UnescapeDataString(text), $"Column '{SavedForm.Settings}'", "Save the pipeline again.");
            record.Check();
            return record;
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidOperationException(fault.Message, fault);
        }
    }

    private void Check()
    {
        var faults = new Faults("settings")
            .Require(NamedFile.Fault(Function.File) is null, "function.file", "a file of the model's folder", Function.File)
            .Require(Function.Threads >= 1, "function.threads", "at least 1", Function.Threads)
            .Require(
                Function.Leads.FirstOrDefault() >= 0 && Function.Leads.Zip(Function.Leads.Skip(1)).All(l => l.First < l.Second),
                "function.leads", "whole numbers of at least 0 that rise", string.Join(", ", Function.Leads));
        if (faults.Count > 0)
        {
            throw new InvalidDataException($"Column '{SavedForm.Settings}': {faults.Text}. Save the pipeline again.");
        }
    }
}
