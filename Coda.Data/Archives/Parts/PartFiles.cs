using Coda.Data.Archives.Engines;
using Coda.Data.Archives.ParquetNet;
using Coda.Data.Archives.Stores;

namespace Coda.Data.Archives.Parts;

/// <summary>Opens the parts of an archive, wherever they are. Safe for use from several threads.</summary>
/// <remarks>Those of a folder are read in place. Others are fetched whole when their turn comes, the next one while one is read; of what only their footers
/// tell, a few kilobytes are read.</remarks>
/// <param name="engine">Reads the files.</param>
/// <param name="store">Where they are.</param>
/// <param name="checks">Compares parts with their checksums; fetched ones always are.</param>
internal sealed class PartFiles(IParquetEngine engine, IArchiveStore store, PartChecks checks)
{
    /// <summary>Looks at a part.</summary>
    /// <param name="name">Its name in the archive.</param>
    /// <param name="checksum">Its SHA-256, as archive.json has it.</param>
    /// <exception cref="ArchiveFormatException">It is missing or damaged.</exception>
    public Part Open(string name, string checksum)
    {
        var place = store.PlaceOf(name);
        try
        {
            return store.Find(name) is { } file
                ? new Part(name, place, checksum, store.Folder is null ? Footer(file, place) : engine.ReadFooter(place))
                : throw new ArchiveFormatException(
                    $"{place}: expected the part '{name}' that archive.json names, got no file. Restore it from a copy or make the archive anew.");
        }
        catch (InvalidDataException fault)
        {
            throw new ArchiveFormatException($"{fault.Message} Restore the part from a copy or make the archive anew.", fault);
        }
    }

    /// <summary>Reads rows of parts, one after another.</summary>
    /// <param name="parts">The parts, at least one.</param>
    /// <param name="columns">The columns to read.</param>
    /// <param name="filter">The rows to read.</param>
    public IColumnReader Read(IReadOnlyList<Part> parts, IReadOnlyList<Column> columns, RowFilter filter)
    {
        if (store.Folder is not null)
        {
            foreach (var part in parts)
            {
                checks.Require(part.Place, part.Checksum);
            }
        }

        return ReadAsIs(parts, columns, filter);
    }

    /// <summary>Reads rows of parts that are to be looked at even where they are damaged.</summary>
    /// <inheritdoc cref="Read"/>
    public IColumnReader ReadAsIs(IReadOnlyList<Part> parts, IReadOnlyList<Column> columns, RowFilter filter) => store.Folder is null
        ? new FetchedReader(store, parts, path => engine.Read([path], columns, filter))
        : engine.Read([.. parts.Select(part => part.Place)], columns, filter);

    /// <summary>Compares a part with its checksum, now.</summary>
    /// <param name="name">Its name in the archive.</param>
    /// <param name="checksum">Its SHA-256, as archive.json has it.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="ArchiveFormatException">It is another.</exception>
    public void Check(string name, string checksum, CancellationToken cancellation)
    {
        if (store.Folder is not null)
        {
            PartChecks.Check(store.PlaceOf(name), checksum, cancellation);
            return;
        }

        // What the store holds now, not what was fetched of it before.
        var copy = ScratchFolder.Shared.NewFile();
        _ = FetchedParts.Fetch(store, name, checksum, copy, cancellation);
        File.Delete(copy);
    }

    private PartFooter Footer(StoredFile file, string place)
    {
        using var stream = new RangeStream(store, file);
        return ParquetNetEngine.ReadFooter(stream, place);
    }
}
