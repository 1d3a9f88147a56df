using Coda.Data.Archives.Engines;
using Coda.Data.Archives.Stores;
using Coda.Data.Archives.Tables;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Parts;

/// <summary>The sealed parts of one table, checked as far as their footers tell. Immutable.</summary>
internal sealed class TableParts
{
    private readonly IReadOnlyList<Part> _parts;
    private readonly PartFiles _files;

    /// <summary>Looks at every part that the description names.</summary>
    /// <param name="files">Opens them.</param>
    /// <param name="description">The archive's description.</param>
    /// <param name="table">The table.</param>
    /// <param name="isFar">Whether each takes a while to answer.</param>
    /// <exception cref="ArchiveFormatException">A part is missing or damaged, or its columns are not the table's.</exception>
    public TableParts(PartFiles files, ArchiveDescription description, ArchiveTable table, bool isFar)
    {
        (_files, Table) = (files, table);
        var names = PartNames.In(description, table).ToList();
        _parts = isFar
            ? [.. InOrder.Map(names, ArchiveStores.AskedAtOnce, () => new object(), (_, name) => Open(name))]
            : [.. names.Select(Open)];
        Columns = [.. TableFormat.Required(table), .. TableFormat.Optional(table).Where(optional => _parts.Count > 0 && Has(_parts[0], optional))];
        foreach (var part in _parts)
        {
            CheckColumns(part);
        }

        Part Open(string name) => files.Open(name, description.Checksums[name]);
    }

    /// <summary>The table.</summary>
    public ArchiveTable Table { get; }

    /// <summary>The parts, in the order of their rows.</summary>
    public IReadOnlyList<Part> All => _parts;

    /// <summary>The columns that are read.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>Whether the parts have one of the table's optional columns.</summary>
    /// <param name="optional">The column.</param>
    public bool Has(Column optional) => Columns.Contains(optional);

    /// <summary>Reads the rows that pass a filter; <see langword="null"/> when no row group can hold one.</summary>
    /// <param name="filter">The rows to read.</param>
    public IColumnReader? Read(RowFilter filter) => Read(filter, Columns);

    /// <summary>Reads some columns of the rows that pass a filter; <see langword="null"/> when no row group can hold one.</summary>
    /// <param name="filter">The rows to read.</param>
    /// <param name="columns">Some of <see cref="Columns"/>.</param>
    public IColumnReader? Read(RowFilter filter, IReadOnlyList<Column> columns)
    {
        var parts = _parts.Where(p => p.MayHold(filter)).ToList();
        return parts.Count == 0 ? null : _files.Read(parts, columns, filter);
    }

    /// <summary>Reads every row of one part.</summary>
    /// <param name="part">The part.</param>
    public IColumnReader Read(Part part) => _files.ReadAsIs([part], Columns, default);

    private static bool Has(Part part, Column column) => part.Footer.Columns.Any(c => c.Name == column.Name);

    private void CheckColumns(Part part)
    {
        var faults = Columns
            .Select(column => (column, Got: part.Footer.Columns.FirstOrDefault(c => c.Name == column.Name).Type))
            .Where(c => c.Got != TableFormat.Name(c.column.Type))
            .Select(c => $"column '{c.column.Name}': expected {TableFormat.Name(c.column.Type)}, got {c.Got ?? "none"}")
            .ToList();
        faults.AddRange(TableFormat.Optional(Table).Where(optional => !Has(optional) && Has(part, optional))
            .Select(optional => $"column '{optional.Name}': expected none, as in the first part, got one"));

        if (faults.Count > 0)
        {
            throw new ArchiveFormatException(
                $"{part.Place}: {string.Join("; ", faults)}. Write the part with these columns, or bring the file in with 'coda import'.");
        }
    }
}
