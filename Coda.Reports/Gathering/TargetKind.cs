namespace Coda.Reports.Gathering;

/// <summary>What a target is.</summary>
internal enum TargetKind
{
    /// <summary>An archive's directory.</summary>
    Archive,

    /// <summary>A model's folder.</summary>
    Model,

    /// <summary>A study's folder.</summary>
    Study,

    /// <summary>A file of <c>coda compare --json</c>.</summary>
    Comparison,
}
