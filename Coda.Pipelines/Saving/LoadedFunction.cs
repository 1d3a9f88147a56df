using Coda.Data.Cards;
using Coda.Pipelines.Functions;
using Coda.Pipelines.Mapping;
using Coda.Inference.Sessions;
using Microsoft.ML.Data;

namespace Coda.Pipelines.Saving;

/// <summary>The function of a loaded chain, opened with its first row and open until the process ends. Safe for use from several threads.</summary>
internal sealed class LoadedFunction
{
    /// <summary>Environment variable with the folder in which models are looked for that are no longer where they were.</summary>
    public const string FolderVariable = ReleasedModels.FolderVariable;

    private readonly Lock _opening = new();
    private volatile Opened? _opened;

    /// <summary>Computes one row.</summary>
    /// <param name="question">Input and settings.</param>
    /// <param name="output">Takes the output.</param>
    /// <exception cref="InvalidOperationException">The model is not where it was, or has changed; or the input is of another length or not finite.</exception>
    public void Map(SavedQuestion question, SavedOutput output)
    {
        var opened = _opened ?? Open(question.Settings.ToString());
        var vector = new float[opened.Function.Input.Size];
        InputReader.Copy(opened.Record.InputColumnName, 0, question.Input, vector);
        var values = new float[opened.Function.Output.Size];
        opened.Function.RunFor(opened.Record.OutputColumnName, vector, values, 1);
        output.Output = new VBuffer<float>(SavedForm.Capacity, values.Length, values, opened.Indices);
    }

    private Opened Open(string settings)
    {
        lock (_opening)
        {
            return _opened ??= Make(SavedRecord.Parse(settings));
        }
    }

    private static Opened Make(SavedRecord record)
    {
        var model = OpenModel(record);
        IRowFunction function = record.Function.Leads.Count == 0 ? new AnalysisFunction(model) : new ForecastFunction(model, record.Function.Leads);
        return new Opened(record, function, [.. Enumerable.Range(0, function.Output.Size)]);
    }

    private static OnnxModel OpenModel(SavedRecord record)
    {
        var (saved, settings) = (record.Function, new SessionSettings { Device = record.Function.Device, Threads = record.Function.Threads });
        var folder = Find(saved.Folder);
        OnnxModel model;
        try
        {
            model = OnnxModel.Open(folder, settings);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException or ModelMismatchException)
        {
            throw Fault(record, fault.Message, fault);
        }

        var got = model.Card.Files.GetValueOrDefault(saved.File)?.Sha256 ?? "none";
        if (got == saved.Sha256)
        {
            return model;
        }

        model.Dispose();
        throw Fault(record, $"{got} in '{folder}'", null);
    }

    private static string Find(string folder) =>
        !Directory.Exists(folder) && Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } other
            ? Path.Combine(other, Path.GetFileName(folder)) : folder;

    private static InvalidOperationException Fault(SavedRecord record, string got, Exception? inner) => new(
        $"Column '{record.OutputColumnName}': expected {record.Function.File} with SHA-256 {record.Function.Sha256} in '{record.Function.Folder}', got: "
            + $"{got.TrimEnd('.')}. Put the model's folder back, or name the folder that now holds it in {FolderVariable}, or save the pipeline again.",
        inner);

    private sealed record Opened(SavedRecord Record, IRowFunction Function, int[] Indices);
}
