using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Runtime.InteropServices;
using Coda.Data.Archives;
using Coda.Data.Archives.ParquetNet;
using Coda.Data.Foundation;

namespace Coda.Data.Cards;

/// <summary>The course of a model's training: a row for some of its steps, at even intervals, the last among them; the file <c>history.parquet</c> in the
/// model's folder.</summary>
/// <remarks>Columns are named <c>loss.TERM</c> (on the batch of the step), <c>validation</c> (the loss on the held-out tenth at the last look),
/// <c>parameter.NAME</c>, <c>rate.GROUP</c>, <c>gradient.GROUP</c> (norm before clipping) and <c>seconds</c> (of training, pauses left out).
/// Immutable.</remarks>
public sealed class TrainingHistory
{
    /// <summary>What the names of the loss's terms begin with.</summary>
    public const string Loss = "loss.";

    /// <summary>The column of the loss on the held-out tenth.</summary>
    public const string Validation = "validation";

    /// <summary>What the names of trained parameters begin with.</summary>
    public const string Parameter = "parameter.";

    /// <summary>What the names of learning rates begin with.</summary>
    public const string Rate = "rate.";

    /// <summary>What the names of gradients' norms begin with.</summary>
    public const string Gradient = "gradient.";

    /// <summary>The column of the time that training took, in seconds.</summary>
    public const string Seconds = "seconds";

    private const string StepColumn = "step";
    private const string StageColumn = "stage";
    private const string TruthsKey = "coda.truths";
    private const string DigestKey = "coda.digest";
    private const string Cure = "Restore the file from a copy, or delete it: model and training do without, and a run that goes on begins it anew.";

    private static readonly string[] Order = [Loss, Validation, Parameter, Rate, Gradient, Seconds];

    private readonly long[] _steps;
    private readonly string[] _stages;
    private readonly IReadOnlyDictionary<string, double[]> _columns;

    private TrainingHistory(
        long[] steps, string[] stages, IReadOnlyList<(string Name, double[] Values)> columns, IReadOnlyDictionary<string, double> truths)
    {
        (_steps, _stages, Truths) = (steps, stages, truths);
        (Columns, _columns) = ([.. columns.Select(column => column.Name)], columns.ToDictionary(column => column.Name, column => column.Values));
    }

    /// <summary>The number of steps done at each row, over all stages: ascending, a stage's behind those of the stage before it.</summary>
    public IReadOnlyList<long> Steps => _steps;

    /// <summary>The stage of each row, such as <c>joint</c> or <c>reanalysis</c>, or <c>joint-2</c> where it began from a model with a joint stage.</summary>
    public IReadOnlyList<string> Stages => _stages;

    /// <summary>The names of the columns besides step and stage, in order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The true values of trained parameters, by the parameter's name, where the archive is a twin's that names them; for display only.</summary>
    public IReadOnlyDictionary<string, double> Truths { get; }

    /// <summary>A column's values, one a row, in new memory.</summary>
    /// <param name="name">One of <see cref="Columns"/>, or another.</param>
    /// <returns>The values; NaN in rows that have none, and so in all where there is no such column.</returns>
    public double[] Column(string name)
    {
        if (_columns.TryGetValue(name, out var values))
        {
            return [.. values];
        }

        var none = new double[_steps.Length];
        Array.Fill(none, double.NaN);
        return none;
    }

    /// <summary>Reads the history in a model's folder.</summary>
    /// <param name="modelFolder">The folder; that of a training under way may be read, too.</param>
    /// <returns>The history; <see langword="null"/> where there is none.</returns>
    /// <exception cref="InvalidDataException">The file is damaged; the message says what helps.</exception>
    public static TrainingHistory? Read(string modelFolder)
    {
        var path = Path.Combine(modelFolder, ModelFolder.History);
        if (!File.Exists(path))
        {
            return null;
        }

        var (columns, metadata) = Table(path);
        var named = columns.ToDictionary(column => column.Name, column => column.Values);
        if (named.GetValueOrDefault(StepColumn) is not long[] steps || named.GetValueOrDefault(StageColumn) is not string[] stages
            || columns.Where(column => column.Name is not (StepColumn or StageColumn)).FirstOrDefault(c => c.Values is not double[]) is { Name: not null })
        {
            throw Damaged(path, $"columns {StepColumn} (integers), {StageColumn} (text) and others of numbers", string.Join(", ", named.Keys));
        }

        var truths = CodaJson.Parse<Dictionary<string, double>>(metadata.GetValueOrDefault(TruthsKey, "{}"), $"{path}: {TruthsKey}", Cure);
        var history = new TrainingHistory(
            steps, stages, [.. columns.Where(c => c.Values is double[]).Select(c => (c.Name, (double[])c.Values))], truths);
        var (expected, got) = (metadata.GetValueOrDefault(DigestKey, "none"), history.Digest());
        return expected == got ? history : throw Damaged(path, $"content of SHA-256 {ForeignText.Shorten(expected)}", got);
    }

    /// <summary>Brings rows together.</summary>
    /// <param name="rows">Stage, step over all stages, and values by column; ascending.</param>
    /// <param name="truths">True values by parameter; those of parameters without a column are left out.</param>
    internal static TrainingHistory Of(
        IReadOnlyList<(string Stage, long Step, IReadOnlyDictionary<string, double> Values)> rows, IReadOnlyDictionary<string, double> truths)
    {
        var names = rows.SelectMany(row => row.Values.Keys).Distinct()
            .OrderBy(name => Array.FindIndex(Order, kind => name.StartsWith(kind, StringComparison.Ordinal))).ToList();
        return new(
            [.. rows.Select(row => row.Step)],
            [.. rows.Select(row => row.Stage)],
            [.. names.Select(name => (name, rows.Select(row => row.Values.GetValueOrDefault(name, double.NaN)).ToArray()))],
            truths.Where(truth => names.Contains(Parameter + truth.Key)).ToDictionary());
    }

    /// <summary>Writes the history, whole or not at all.</summary>
    /// <param name="modelFolder">The model's folder.</param>
    internal void Write(string modelFolder)
    {
        var metadata = new Dictionary<string, string> { [TruthsKey] = TruthsText, [DigestKey] = Digest() };
        var columns = Columns.Select(name => (name, (Array)_columns[name])).Prepend((StageColumn, _stages)).Prepend((StepColumn, _steps));
        AtomicFile.Write(Path.Combine(modelFolder, ModelFolder.History), stream => TidyParquet.Write(stream, [.. columns], [_steps.Length], metadata));
    }

    private string TruthsText => JsonSerializer.Serialize(Truths, CodaJson.Options);

    // Of what is told, not of the file's bytes: neither engine verifies these.
    private string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{TruthsText}\n{string.Join('\n', _stages)}\n"));
        hash.AppendData(MemoryMarshal.AsBytes(_steps.AsSpan()));
        foreach (var name in Columns)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n"));
            hash.AppendData(MemoryMarshal.AsBytes(_columns[name].AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static (IReadOnlyList<(string Name, Array Values)> Columns, IReadOnlyDictionary<string, string> Metadata) Table(string path)
    {
        try
        {
            return TidyParquet.Read(path);
        }
        catch (ArchiveFormatException fault)
        {
            throw new InvalidDataException($"{path}: expected a whole training history, got a file that cannot be read. {Cure}", fault);
        }
    }

    private static InvalidDataException Damaged(string path, string expected, string got) =>
        new($"{path}: expected a training history with {expected}, got {ForeignText.Shorten(got)}. {Cure}");
}
