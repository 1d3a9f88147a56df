using Coda.Data.Archives.Parts;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Runs;

/// <summary>What a finished part is: the content of its manifest, which is written after it.</summary>
internal sealed record PartManifest
{
    /// <summary>The part's number and range.</summary>
    public required RunPart Part { get; init; }

    /// <summary>The file's name in the archive, where it is not the plain one of its number.</summary>
    public string? Name { get; init; }

    /// <summary>The number of its rows.</summary>
    public required long Rows { get; init; }

    /// <summary>The file's length, in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>The file's SHA-256, in hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>What there was to say against it, if anything.</summary>
    public IReadOnlyList<ResultWarning>? Warnings { get; init; }

    /// <summary>The stretches whose analyses are not what was asked for, if any.</summary>
    public UnsoundStretches? Unsound { get; init; }

    /// <summary>What it was made from, as the plan has it.</summary>
    public required SortedDictionary<string, string> Origin { get; init; }
}
