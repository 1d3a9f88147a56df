using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Data.Coverage;

/// <summary>Bands that cover, calibrated on withheld observations: the file that <c>coda calibrate</c> writes and <c>--bands</c> reads.</summary>
/// <remarks>
/// Two kinds. That for a new observation, x̂ ± q √(s² + σ²), covers it with at least its level where it is exchangeable with those withheld
/// (<see cref="ConformalQuantile"/>). That for the state, x̂ ± f √(s² + c²), is an estimate (<see cref="SpreadScale"/>), for no
/// observation shows a state without its own error. Neither reads a truth. Immutable; safe to share.
/// </remarks>
public sealed record CoverageBands
{
    /// <summary>The format that this version of Coda writes.</summary>
    public const int CurrentFormatVersion = 1;

    private const double MostDensities = 1.5; // the ratio of two that pass for one
    private const string Cure = "Make it again with 'coda calibrate'.";
    private const string Method = "method";
    private static readonly string[] Named = [Method, "model"];

    /// <summary>The format of the file.</summary>
    public int FormatVersion { get; init; } = CurrentFormatVersion;

    /// <summary>Of which table: analyses or forecasts.</summary>
    public required ArchiveTable Table { get; init; }

    /// <summary>What the estimates were made with (method, model with its hash) and of (observations, their hash).</summary>
    public required SortedDictionary<string, string> Origin { get; init; }

    /// <summary>The levels, rising.</summary>
    public required IReadOnlyList<double> Levels { get; init; }

    /// <summary>The number of entries of a state.</summary>
    public required int StateSize { get; init; }

    /// <summary>The entries whose site is never observed in the record, of fields of which other sites are.</summary>
    public IReadOnlyList<int> NeverObserved { get; init; } = [];

    /// <summary>The entries of fields of which no site is observed: they have no band.</summary>
    public IReadOnlyList<int> NotCovered { get; init; } = [];

    /// <summary>The share of the record's (step, site) with an observation that the estimates may have used; <see langword="null"/> in files that do not
    /// say.</summary>
    public double? Density { get; init; }

    /// <summary>The correlation length of the residuals of each lead, in steps; times are separated by more.</summary>
    public required SortedDictionary<int, int> Correlations { get; init; }

    /// <summary>The factors, by lead, sites and spread; where there is no group, there is no band.</summary>
    public required IReadOnlyList<CoverageGroup> Groups { get; init; }

    /// <summary>Nominal against measured coverage, on withheld observations that calibration did not see.</summary>
    public required IReadOnlyList<MeasuredCoverage> Measured { get; init; }

    /// <summary>What made it, such as the command.</summary>
    public string Provenance { get; init; } = "";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">It does not exist.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or of another version.</exception>
    public static CoverageBands Read(string path)
    {
        var bands = CodaJson.Read<CoverageBands>(path, Cure);
        var faults = new Faults(path)
            .Require(bands.FormatVersion == CurrentFormatVersion, nameof(FormatVersion), $"{CurrentFormatVersion}", bands.FormatVersion)
            .Require(bands.Levels.Count > 0 && bands.Levels.All(l => l > 0 && l < 1), nameof(Levels), "levels in (0, 1)", string.Join(",", bands.Levels))
            .Require(bands.StateSize >= 1, nameof(StateSize), "at least 1", bands.StateSize)
            .Require(bands.NeverObserved.Concat(bands.NotCovered).All(e => e >= 0 && e < bands.StateSize), nameof(NeverObserved),
                "entries of the state", "others")
            .Require(bands.Groups.All(g => IsWhole(g.StateFactors) && IsWhole(g.ObservationFactors)), nameof(Groups),
                $"{bands.Levels.Count} factors of at least 0 of each kind", "others")
            .Require(bands.Groups.GroupBy(g => (g.Lead, g.Sites)).All(g => g.Last().SpreadBelow is null && g.SkipLast(1).All(o => o.SpreadBelow > 0)),
                nameof(Groups), "groups by rising spread, the last without an end", "others");
        return faults.Count == 0 ? bands : throw new InvalidDataException($"{path}: {faults.Text}. {Cure}");

        bool IsWhole(IReadOnlyList<double> factors) => factors.Count == bands.Levels.Count && factors.All(f => f >= 0 && double.IsFinite(f));
    }

    /// <summary>Writes it to a file, whole or not at all, with a digest of its content.</summary>
    /// <param name="path">The file.</param>
    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        CodaJson.WriteWithDigest(path, this);
    }

    /// <summary>What names the bands in the origin of estimates that have them: a hash of all that they say.</summary>
    public string Digest() => Convert.ToHexStringLower(
        System.Security.Cryptography.SHA256.HashData(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(this, CodaJson.Options)));

    /// <summary>Whether estimates have the method and the model that the bands were calibrated for; where these were computed is not asked.</summary>
    /// <param name="origin">What the estimates are made with.</param>
    public bool IsMadeFor(IReadOnlyDictionary<string, string> origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        return Other(origin) is null;
    }

    /// <summary>Refuses bands of another method or model than the estimates', or of estimates that do not name their method.</summary>
    /// <param name="origin">What the estimates are made with.</param>
    /// <param name="path">The file, for the message.</param>
    /// <exception cref="ModelMismatchException">They are another's.</exception>
    public void RequireMadeFor(IReadOnlyDictionary<string, string> origin, string path)
    {
        ArgumentNullException.ThrowIfNull(origin);
        if (Other(origin) is { } name)
        {
            throw new ModelMismatchException($"{path}: expected bands of the {name} '{origin.GetValueOrDefault(name) ?? "none"}', got those of "
                + $"'{Origin.GetValueOrDefault(name) ?? "none"}'. Calibrate this one with 'coda calibrate'.");
        }
    }

    private string? Other(IReadOnlyDictionary<string, string> origin) => Named.FirstOrDefault(name =>
        Origin.GetValueOrDefault(name) is var mine && (mine != origin.GetValueOrDefault(name) || (mine is null && name == Method)));

    /// <summary>The bands for another record than that of the calibration: entries that are never observed there take the factors of such entries, or have no
    /// band.</summary>
    /// <param name="network">What is observed there.</param>
    /// <param name="operator">The operator there.</param>
    /// <param name="layout">The layout of the states there.</param>
    /// <param name="warnings">Told of entries without a band, and of a density that is another.</param>
    public CoverageBands For(ObservedNetwork network, Component @operator, StateLayout layout, ResultWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(warnings);
        var (never, notCovered) = network.Unobserved(@operator, layout);
        var without = notCovered.Count + (Groups.Any(g => g.Sites == CoveredSites.NeverObserved) ? 0 : never.Count);
        if (without > 0)
        {
            warnings.Add("sites-not-covered", $"{without} of {layout.Size} entries are never observed in this record and have no band, for none was calibrated "
                + "for such entries. Calibrate on a record of the same sites with 'coda calibrate --deny 1'.");
        }

        if (Density is null || !(network.Density <= MostDensities * Density && Density <= MostDensities * network.Density))
        {
            warnings.Add("bands-of-another-network", FormattableString.Invariant(
                $"Expected bands calibrated where about {100 * network.Density:G3} % of the sites are observed at a step, as in this record, ")
                + (Density is { } own ? FormattableString.Invariant($"got {100 * own:G3} %") : "got a file that does not say")
                + ": what they cover here is not known. Calibrate on a record that is observed as this one.");
        }

        return this with { NeverObserved = never, NotCovered = notCovered };
    }

    /// <summary>Tells of leads whose states get no band, for none was calibrated.</summary>
    /// <param name="leads">The leads of the estimates, in steps.</param>
    /// <param name="warnings">Where to.</param>
    public void WarnOfLeads(IEnumerable<int> leads, ResultWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(leads);
        ArgumentNullException.ThrowIfNull(warnings);
        var known = Groups.Select(g => g.Lead).Distinct().Order().ToList();
        int[] without = [.. leads.Except(known)];
        if (without.Length > 0)
        {
            warnings.Add(
                "leads-not-covered",
                $"Expected leads that bands were calibrated for, {string.Join(", ", known)} steps, got {string.Join(", ", without)} "
                    + "besides, whose states have no band. Calibrate on forecasts of these leads.");
        }
    }

    /// <summary>The place of a level among <see cref="Levels"/>.</summary>
    /// <param name="level">The level.</param>
    /// <exception cref="ArgumentException">It was not calibrated.</exception>
    public int PlaceOf(double level)
    {
        var place = Levels.ToList().FindIndex(l => Math.Abs(l - level) < 1e-9);
        var known = string.Join(", ", Levels.Select(l => FormattableString.Invariant($"{l:G6}")));
        return place >= 0 ? place : throw new ArgumentException(FormattableString.Invariant(
            $"Band of {100 * level:G4} %: expected one of the levels that were calibrated, {known}, got {level:G6}. ")
            + "Calibrate it with 'coda calibrate --levels'.");
    }

    /// <summary>Estimates with the half-width f √(s² + c²) of their bands for the state; 0 where a site is not covered, the least number where the
    /// spread is 0, which claims that nothing is missed, and NaN where it is none.</summary>
    /// <param name="block">Analyses or forecasts with a spread.</param>
    /// <param name="level">One of <see cref="Levels"/>.</param>
    /// <exception cref="ArgumentException">The level was not calibrated, or the states have no spread or another size.</exception>
    public StateBlock On(StateBlock block, double level)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (block.StateSize != StateSize || block.Spread is not { } spread)
        {
            throw new ArgumentException($"Bands: expected states of {StateSize} entries with a spread, got {block.StateSize} entries "
                + $"{(block.Spread is null ? "without one" : "with one")}. {Cure}");
        }

        var (groups, band) = (GroupsByEntry(block.Lead, PlaceOf(level)), new float[spread.Length]);
        var spreads = spread.Span;
        for (var i = 0; i < band.Length; i++)
        {
            band[i] = (float)HalfWidth(groups[i % StateSize], spreads[i]);
        }

        return block with { Band = band };
    }

    private (double Below, double Factor, double Floor)[][] GroupsByEntry(int lead, int place)
    {
        var groups = new (double Below, double Factor, double Floor)[StateSize][];
        Array.Fill(groups, Factors(lead, CoveredSites.Observed, place));
        var never = Factors(lead, CoveredSites.NeverObserved, place);
        foreach (var entry in NeverObserved)
        {
            groups[entry] = never;
        }

        foreach (var entry in NotCovered)
        {
            groups[entry] = [];
        }

        return groups;
    }

    private (double Below, double Factor, double Floor)[] Factors(int lead, CoveredSites sites, int place) =>
        [.. Groups.Where(g => g.Lead == lead && g.Sites == sites).Select(g => (g.SpreadBelow ?? double.PositiveInfinity, g.StateFactors[place], g.Floor))];

    private static double HalfWidth((double Below, double Factor, double Floor)[] groups, float spread)
    {
        if (groups.Length > 0 && !float.IsFinite(spread))
        {
            return double.NaN;
        }

        foreach (var (below, factor, floor) in groups)
        {
            if (spread < below)
            {
                return Math.Max(factor * SpreadFloor.Add(spread, floor), float.Epsilon);
            }
        }

        return 0;
    }
}
