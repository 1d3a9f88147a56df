using Coda.Data.Archives;
using Microsoft.ML;

namespace Coda.Pipelines.Rows;

/// <summary>What a view shows of an archive. Safe for use from several threads.</summary>
internal interface IArchiveRows
{
    /// <summary>The columns: trajectory, step, time, then vectors of Single.</summary>
    DataViewSchema Schema { get; }

    /// <summary>What the archive holds.</summary>
    ArchiveDescription Description { get; }

    /// <summary>The number of rows.</summary>
    long Count { get; }

    /// <summary>The number of blocks that can be read one by one.</summary>
    int BlockCount { get; }

    /// <summary>Reads everything in order, in one pass.</summary>
    /// <param name="isActive">For each column whether it is wanted.</param>
    IEnumerable<RowBlock> ReadAll(bool[] isActive);

    /// <summary>Reads one block; it may have no rows, or fall into several.</summary>
    /// <param name="block">Its number.</param>
    /// <param name="isActive">For each column whether it is wanted.</param>
    IEnumerable<RowBlock> Read(int block, bool[] isActive);
}
