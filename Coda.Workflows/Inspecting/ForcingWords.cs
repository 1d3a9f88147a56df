using Coda.Data.Archives;
using Coda.Data.Dynamics;

namespace Coda.Workflows.Inspecting;

/// <summary>Forcing in words, for tables of facts.</summary>
public static class ForcingWords
{
    /// <summary>The series of an archive; <see langword="null"/> where it has none.</summary>
    /// <param name="archive">What the archive holds.</param>
    public static string? Of(ArchiveDescription archive) => Of(archive.Forcing);

    /// <summary>The series, as in <c>rain (mm), wind (3 values)</c>; <see langword="null"/> where there are none.</summary>
    /// <param name="forcing">The series.</param>
    public static string? Of(IReadOnlyList<ForcingDefinition>? forcing) => forcing is null ? null : string.Join(", ", forcing.Select(Of));

    private static string Of(ForcingDefinition series)
    {
        var words = string.Join(", ", new[] { series.Unit == "1" ? null : series.Unit, series.Size == 1 ? null : $"{series.Size} values" }.OfType<string>());
        return words.Length == 0 ? series.Name : $"{series.Name} ({words})";
    }
}
