using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Tables;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Time;

namespace Coda.Data.Archives;

/// <summary>What an archive holds: the content of its <c>archive.json</c>.</summary>
public sealed record ArchiveDescription
{
    /// <summary>The format that this version of Coda writes.</summary>
    public const int CurrentFormatVersion = 2;

    /// <summary>The format of the files; 1, whose layout told rings only from variables, is read as this one.</summary>
    public int FormatVersion { get; init; } = CurrentFormatVersion;

    /// <summary>The system that was observed, where it is known; no model is refused because of it. It is the forecast model where neither a trained model nor
    /// a system is named.</summary>
    public Component? System { get; init; }

    /// <summary>The layout of the observed system's state; also that of the truth where there is one.</summary>
    public required StateLayout Layout { get; init; }

    /// <summary>The observation operator H that takes a state to the values that <c>site</c> indexes.</summary>
    public required Component Operator { get; init; }

    /// <summary>The number of sites, the length of H(x).</summary>
    public required int SiteCount { get; init; }

    /// <summary>Where and when was observed, for twin experiments.</summary>
    public Component? ObservingNetwork { get; init; }

    /// <summary>The standard deviation of the observation error, in the observations' units, where one number serves.</summary>
    public double? Sigma { get; init; }

    /// <summary>How an observation's error meets what is observed; where it is not additive, <see cref="Sigma"/> is the standard deviation on its scale
    /// (<see cref="ErrorScale"/>), as of the value's logarithm.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ErrorModel Errors { get; init; }

    /// <summary>The model's time step dt, in <see cref="TimeUnit"/>.</summary>
    public required double StepLength { get; init; }

    /// <summary>The unit of time; "1" where time is dimensionless.</summary>
    public string TimeUnit { get; init; } = "1";

    /// <summary>The unit of the observed values; "1" where they are dimensionless.</summary>
    public string ValueUnit { get; init; } = "1";

    /// <summary>Errors and units of single fields, by the field's symbol, where <see cref="Sigma"/>, <see cref="Errors"/> and <see cref="ValueUnit"/> do not
    /// hold for all.</summary>
    public SortedDictionary<string, ObservedField>? Fields { get; init; }

    /// <summary>What step 0 stands for, where it is a date (ISO 8601, UTC) or another time than 0.</summary>
    public string? TimeOrigin { get; init; }

    /// <summary>The names of the sites in the order of their index, where they have names.</summary>
    public IReadOnlyList<string>? SiteNames { get; init; }

    /// <summary>The series of the table <c>forcing</c>, in the order of its values; nothing where there is no such table.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ForcingDefinition>? Forcing { get; init; }

    /// <summary>The number of independent trajectories, numbered from 0.</summary>
    public int TrajectoryCount { get; init; } = 1;

    /// <summary>The names of the trajectories in the order of their number, where they have names.</summary>
    public IReadOnlyList<string>? TrajectoryNames { get; init; }

    /// <summary>The steps that every trajectory spans.</summary>
    public required StepRange Steps { get; init; }

    /// <summary>Whether the record may have fewer observations than one in a million entries although it is large.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsSparse { get; init; }

    /// <summary>The seed of the twin experiment.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The observations that no analysis may use: a seeded share, for scoring where there is no truth.</summary>
    public Withholding Withheld { get; init; } = Withholding.None;

    /// <summary>Where the data come from, in words: the command, the file imported.</summary>
    public string Provenance { get; init; } = "";

    /// <summary>What the tables of estimates were made from, by table and name (method, model, observations), where a run kept it.</summary>
    public SortedDictionary<string, SortedDictionary<string, string>>? Origins { get; init; }

    /// <summary>What the tables of estimates say of themselves, by table, where that was kept; see <see cref="NoteOf"/>.</summary>
    public SortedDictionary<string, TableNote>? Notes { get; init; }

    /// <summary>SHA-256 of every sealed Parquet part, by path relative to the archive, with forward slashes.</summary>
    public SortedDictionary<string, string> Checksums { get; init; } = new(StringComparer.Ordinal);

    /// <summary>How often a writer took the place of another that seemed to have ended, where that has happened; says nothing of the data.</summary>
    public int? Takeovers { get; init; }

    /// <summary>What a table says of itself; of one that says nothing, nothing is known.</summary>
    /// <param name="table">Analyses or forecasts.</param>
    public TableNote NoteOf(ArchiveTable table) => Notes?.GetValueOrDefault(PartNames.Folder(table)) ?? TableNote.Unknown;

    /// <summary>
    /// What names one table in the origin of what is made from it: the record, and the checksums of the table's parts and the forcing's; other tables come
    /// and go.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <returns>A SHA-256, in lower-case hexadecimal.</returns>
    public string DigestOf(ArchiveTable table)
    {
        var checksums = PartNames.In(this, table).Union(PartNames.In(this, ArchiveTable.Forcing)).ToDictionary(PartNames.Plain, name => Checksums[name]);
        var part = this with { Checksums = new(checksums, StringComparer.Ordinal), Origins = null, Notes = null, Takeovers = null };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(part, CodaJson.Options)));
    }

    /// <summary>The digest (<see cref="DigestOf"/>) of the observations that a table of estimates was made from; <see langword="null"/> where the archive does
    /// not say.</summary>
    /// <param name="table">Analyses or forecasts.</param>
    public string? ObservationsOf(ArchiveTable table) => Origins?.GetValueOrDefault(PartNames.Folder(table))?.GetValueOrDefault("observations");

    /// <summary>What the sites mean: the entry of <see cref="Layout"/> that each lies at, and its name where it has one.</summary>
    /// <exception cref="ArgumentException">The operator does not apply to the layout, or there is another number of names than of sites.</exception>
    public SiteMap Sites() => SiteMap.Of(Layout, Operator, SiteCount, SiteNames);

    /// <summary>The unit of the observations of a field.</summary>
    /// <param name="field">A field of <see cref="Layout"/>.</param>
    public string UnitOf(StateField field) => SiteErrors().UnitOf(field);

    /// <summary>How errors meet the values of a field.</summary>
    /// <param name="field">A field of <see cref="Layout"/>.</param>
    public ErrorModel ErrorsOf(StateField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return Fields?.GetValueOrDefault(field.Name)?.Errors ?? Errors;
    }

    /// <summary>How errors meet the values: one for all sites, or one for each.</summary>
    public IReadOnlyList<ErrorModel> ErrorModels() => Fields?.Values.Any(f => f.Errors is not null) == true ? SiteErrors().Models() : [Errors];

    /// <summary>The errors in words, with their units; <see langword="null"/> where none is known.</summary>
    public string? DescribeSigma() => ObservedField.Describe(Layout, Fields, Sigma, ValueUnit, Errors);

    /// <summary>How errors meet the values, in words; <see langword="null"/> where they are additive.</summary>
    public string? DescribeErrors() => ErrorScale.Describe(Layout, Fields, Errors);

    /// <summary>The standard deviation of the error of an observation of a field that has none of its own; <see langword="null"/> where it is not
    /// known.</summary>
    /// <param name="field">A field of <see cref="Layout"/>.</param>
    public double? SigmaOf(StateField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return Fields?.GetValueOrDefault(field.Name)?.Sigma ?? Sigma;
    }

    /// <summary>What a trajectory is called: its name, or else its number.</summary>
    /// <param name="trajectory">Its number.</param>
    public string NameOf(int trajectory) => trajectory >= 0 && trajectory < TrajectoryNames?.Count
        ? TrajectoryNames[trajectory] : trajectory.ToString(CultureInfo.InvariantCulture);

    /// <summary>The standard deviation of the errors at each site; <see langword="null"/> where no field has one of its own. [site]</summary>
    internal float[]? Deviations() => Fields is null ? null : SiteErrors().Deviations(Sigma);

    /// <summary>Errors and units of each site.</summary>
    internal SiteErrors SiteErrors() => new(Sites(), Fields, ValueUnit, Errors);

    /// <summary>Refuses an archive whose sites mean something else than those of these observations.</summary>
    /// <param name="other">What the other archive holds.</param>
    /// <param name="name">How it is called, such as its path.</param>
    /// <exception cref="InvalidDataException">Names or places differ.</exception>
    public void RequireSameSites(ArchiveDescription other, string name)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!ReferenceEquals(this, other) && Sites().DifferenceTo(other.Sites()) is { } difference)
        {
            throw new InvalidDataException($"{name}: the sites are others than those of the observations: {difference}. "
                + "Import one of them again with --sites-of and the other's directory.");
        }
    }

    /// <summary>Refuses an archive whose estimates are not of these observations, state by state.</summary>
    /// <param name="estimates">What the archive with the estimates holds.</param>
    /// <param name="name">How it is called, such as its path.</param>
    /// <exception cref="InvalidDataException">Names or places of the sites differ, or it holds the members of ensembles, or other trajectories.</exception>
    public void RequireEstimates(ArchiveDescription estimates, string name)
    {
        RequireSameSites(estimates, name);
        if (estimates.NoteOf(ArchiveTable.Analyses).Members is { } members)
        {
            throw new InvalidDataException($"{name}: expected an analysis of each step, got {members} members of each. Compare members with 'coda distance'; "
                + "'coda analyze' without --members writes their mean and spread.");
        }

        if (estimates.TrajectoryCount > TrajectoryCount)
        {
            throw new InvalidDataException($"{name}: expected estimates of at most {TrajectoryCount} trajectories, as the observations have, got "
                + $"{estimates.TrajectoryCount}. Name the archive that they were made from.");
        }
    }
}
