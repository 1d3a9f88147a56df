using System.Collections.ObjectModel;

namespace Coda.Data.Archives.Import;

/// <summary>The rows of one file of observations, as text in UTF-8 of the columns that are wanted. For one thread.</summary>
/// <param name="path">The file, as the user named it.</param>
internal abstract class FieldRows(string path) : IDisposable
{
    private byte[]?[] _constants = [];

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>The number of the current data row, from 1.</summary>
    public long Row { get; protected set; }

    /// <summary>The lines that were skipped as comments.</summary>
    public long Comments { get; protected set; }

    /// <summary>Whether the file itself says that the value of the current row stands for none.</summary>
    public virtual bool IsMissing => false;

    /// <summary>The units that the file says its values have, by what they are of; good once columns are selected.</summary>
    public virtual IReadOnlyDictionary<string, string> Units => ReadOnlyDictionary<string, string>.Empty;

    /// <summary>How the file writes numbers.</summary>
    public abstract NumberFormat Numbers { get; }

    /// <summary>The names of the columns, as the file has them.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>Says which columns are wanted; once, before the first row. A column that the file lacks may stand in its path, as <c>name=value</c>.</summary>
    /// <param name="wanted">Their names.</param>
    /// <exception cref="InvalidDataException">There is no such column, or the name stands for several.</exception>
    public void Select(IReadOnlyList<string> wanted)
    {
        var partition = PartitionPath.ValuesOf(path);
        _constants = [.. wanted.Select(name => Columns.Contains(name, StringComparer.OrdinalIgnoreCase) ? null : partition.GetValueOrDefault(name))];
        Choose([.. wanted.Select((name, i) => _constants[i] is null ? ColumnNames.Find(path, Columns, name) : -1)]);
    }

    /// <summary>Goes on to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="InvalidDataException">The file is damaged, or the row does not fit; the message names it.</exception>
    public abstract bool Next();

    /// <summary>A field of the current row without blanks around it, good until the next row; empty where there is none.</summary>
    /// <param name="wanted">The column's place among those that are wanted.</param>
    public ReadOnlySpan<byte> Field(int wanted) => _constants[wanted] is { } constant ? constant : Read(wanted).Trim(" \t"u8);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Says which columns will be read.</summary>
    /// <param name="columns">Their places in the file; -1 for those that will not be asked for.</param>
    protected abstract void Choose(IReadOnlyList<int> columns);

    /// <summary>A field of the current row; empty where there is none.</summary>
    /// <param name="wanted">The column's place among those that are wanted.</param>
    protected abstract ReadOnlySpan<byte> Read(int wanted);
}
