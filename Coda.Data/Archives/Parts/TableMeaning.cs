using System.Text.Json;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;

namespace Coda.Data.Archives.Parts;

/// <summary>What a part says of its columns in the metadata of the Parquet file, so that a table that travels alone keeps names, places and units.</summary>
internal static class TableMeaning
{
    /// <summary>The fields of the state, as archive.json has them.</summary>
    public const string Layout = "coda.layout";

    /// <summary>The names of the sites in the order of their index; only where they have names.</summary>
    public const string SiteNames = "coda.site_names";

    /// <summary>For every site the entry of the state that it lies at; only where these are not the entries in order, nor thousands of positions.</summary>
    public const string SiteEntries = "coda.site_entries";

    /// <summary>The names of the state's entries: as the site there, else as the layout says; only where sites have names.</summary>
    public const string EntryNames = "coda.entry_names";

    /// <summary>The series of the forcing, as archive.json has them.</summary>
    public const string Forcing = "coda.forcing";

    /// <summary>The unit of the values.</summary>
    public const string ValueUnit = "coda.value_unit";

    /// <summary>Errors and units of single fields, as archive.json has them; only where there are any.</summary>
    public const string Fields = "coda.fields";

    /// <summary>How errors meet the values of fields that say nothing else, as archive.json has it; only where they are not additive.</summary>
    public const string Errors = "coda.errors";

    /// <summary>The names of the trajectories in the order of their number; only where they have names.</summary>
    public const string TrajectoryNames = "coda.trajectory_names";

    /// <summary>The unit of time.</summary>
    public const string TimeUnit = "coda.time_unit";

    /// <summary>The length of a step, in the unit of time.</summary>
    public const string StepLength = "coda.step_length";

    /// <summary>What step 0 stands for; only where it is another time than 0.</summary>
    public const string TimeOrigin = "coda.time_origin";

    /// <summary>What the archive holds, as archive.json has it, without what depends on where and how it was made: provenance, origins, notes,
    /// checksums. Not where sites are thousands of positions, which archive.json alone has.</summary>
    public const string Archive = "coda.archive";

    private const int MostPositions = 4096; // a million would be 30 MB in every part

    private static readonly JsonSerializerOptions Compact = new(CodaJson.Options) { WriteIndented = false };

    /// <summary>Names, places and units of a table.</summary>
    /// <param name="description">What the archive holds.</param>
    /// <param name="table">The table.</param>
    /// <param name="stateSize">The length of a state, for tables of states.</param>
    /// <param name="layout">Their layout, where it is none of the archive's.</param>
    public static IReadOnlyDictionary<string, string> Of(ArchiveDescription description, ArchiveTable table, int stateSize = 0, StateLayout? layout = null)
    {
        var meaning = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [ValueUnit] = description.ValueUnit,
            [TimeUnit] = description.TimeUnit,
            [StepLength] = FormattableString.Invariant($"{description.StepLength}"),
        };
        var sites = description.Sites();
        var isLarge = sites.Positions?.Count > MostPositions;
        if (!isLarge)
        {
            meaning[Archive] = Json(description with { Provenance = "", Origins = null, Notes = null, Checksums = new(StringComparer.Ordinal) });
        }

        if (description.TimeOrigin is { } origin)
        {
            meaning[TimeOrigin] = origin;
        }

        if (table == ArchiveTable.Forcing)
        {
            meaning.Remove(ValueUnit);
            meaning[Forcing] = Json(description.Forcing);
            return meaning;
        }

        if (description.Fields is { } fields)
        {
            meaning[Fields] = Json(fields);
        }

        if (description.Errors != ErrorModel.Additive)
        {
            meaning[Errors] = JsonSerializer.SerializeToNode(description.Errors, Compact)!.ToString();
        }

        if (description.TrajectoryNames is { } names)
        {
            meaning[TrajectoryNames] = Json(names);
        }

        if (table == ArchiveTable.Observations)
        {
            AddSites(meaning, sites, isLarge);
        }
        else if (layout is not null)
        {
            meaning[Layout] = Json(layout);
        }
        else if (sites.WithStateOf(stateSize) is { } states)
        {
            AddStates(meaning, states);
        }

        return meaning;
    }

    private static void AddSites(SortedDictionary<string, string> meaning, SiteMap sites, bool isLarge)
    {
        meaning[Layout] = Json(sites.Layout);
        if (sites.Names is not null)
        {
            meaning[SiteNames] = Json(sites.Names);
        }

        if (!isLarge && !sites.Entries.SequenceEqual(Enumerable.Range(0, sites.Layout.Size)))
        {
            meaning[SiteEntries] = Json(sites.Entries);
        }
    }

    private static void AddStates(SortedDictionary<string, string> meaning, SiteMap states)
    {
        meaning[Layout] = Json(states.Layout);
        if (states.Names is not null)
        {
            meaning[EntryNames] = Json(states.EntryNames());
        }
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, Compact);
}
