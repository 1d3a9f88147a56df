using Coda.Data.Archives.Import;
using Coda.Data.Observations;

namespace Coda.Workflows.Importing;

/// <summary>What was imported.</summary>
/// <param name="Archive">The archive's directory.</param>
/// <param name="Report">What was read and kept.</param>
/// <param name="Sites">What the archive's sites mean.</param>
public sealed record ImportOutcome(string Archive, ImportReport Report, SiteMap Sites);
