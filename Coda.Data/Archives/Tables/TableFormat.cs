using Coda.Data.Archives.Engines;

namespace Coda.Data.Archives.Tables;

/// <summary>The columns of the archive's tables, and where their parts lie.</summary>
internal static class TableFormat
{
    /// <summary>The trajectory's number.</summary>
    public static readonly Column Trajectory = new("trajectory", ColumnType.Int32);

    /// <summary>The model step; for forecasts, that of their start.</summary>
    public static readonly Column Step = new("step", ColumnType.Int64);

    /// <summary>The operator's index.</summary>
    public static readonly Column Site = new("site", ColumnType.Int32);

    /// <summary>The observed value.</summary>
    public static readonly Column Value = new("value", ColumnType.Float);

    /// <summary>The standard deviation of the value's error; optional.</summary>
    public static readonly Column Sigma = new("sigma", ColumnType.Float);

    /// <summary>Steps ahead of the start.</summary>
    public static readonly Column Lead = new("lead", ColumnType.Int32);

    /// <summary>The state vector.</summary>
    public static readonly Column State = new("state", ColumnType.FloatList);

    /// <summary>The spread of the state's entries; optional.</summary>
    public static readonly Column Spread = new("spread", ColumnType.FloatList);

    /// <summary>The half-widths of the bands around the state's entries; optional.</summary>
    public static readonly Column Band = new("band", ColumnType.FloatList);

    /// <summary>The key under which a part's own footer says how far its analyses, or the starts of its forecasts, look ahead.</summary>
    public const string LookAheadKey = "coda.look-ahead";

    /// <summary>What the footers of a table's parts say besides columns and rows.</summary>
    /// <param name="note">What is known of the table.</param>
    public static IReadOnlyDictionary<string, string> Metadata(TableNote? note) => note?.LookAhead is { } steps
        ? new Dictionary<string, string> { [LookAheadKey] = FormattableString.Invariant($"{steps}") }
        : [];

    /// <summary>The columns that every part of a table has, in their order.</summary>
    /// <param name="table">The table.</param>
    public static IReadOnlyList<Column> Required(ArchiveTable table) => table switch
    {
        ArchiveTable.Observations => [Trajectory, Step, Site, Value],
        ArchiveTable.Forecasts => [Trajectory, Step, Lead, State],
        _ => [Trajectory, Step, State],
    };

    /// <summary>The length of a table's states where the archive fixes it; other tables' come from a model.</summary>
    /// <param name="table">The table.</param>
    /// <param name="description">What the archive holds.</param>
    public static int? Width(ArchiveTable table, ArchiveDescription description) => table switch
    {
        ArchiveTable.Truth => description.Layout.Size,
        ArchiveTable.Forcing => description.Forcing?.Sum(u => u.Size) ?? 0,
        _ => null,
    };

    /// <summary>The columns that a table may have beyond those, in their order.</summary>
    /// <param name="table">The table.</param>
    public static IReadOnlyList<Column> Optional(ArchiveTable table) => table switch
    {
        ArchiveTable.Observations => [Sigma],
        ArchiveTable.Truth or ArchiveTable.Forcing => [],
        _ => [Spread, Band],
    };

    /// <summary>What helps where an archive lacks a table, in a sentence.</summary>
    /// <param name="table">The table.</param>
    public static string Cure(ArchiveTable table) => table switch
    {
        ArchiveTable.Observations => "A writer was stopped before it was done; make the archive anew.",
        ArchiveTable.Truth => "Only 'coda simulate' writes a truth; score against withheld observations instead.",
        ArchiveTable.Analyses => "Run 'coda analyze' first.",
        ArchiveTable.Forcing => "Import the observations with --forcing FILE, or simulate a system with forcing.",
        _ => "Run 'coda forecast' first.",
    };

    /// <summary>How a column's type is called in messages and in DuckDB.</summary>
    /// <param name="type">The type.</param>
    public static string Name(ColumnType type) => type switch
    {
        ColumnType.Int32 => "INTEGER",
        ColumnType.Int64 => "BIGINT",
        ColumnType.Float => "FLOAT",
        ColumnType.Double => "DOUBLE",
        _ => "FLOAT[]",
    };
}
