using System.Text.RegularExpressions;

namespace Coda.Tests.Archives;

/// <summary>Digests in JSON files, which tests that change a file on purpose take out.</summary>
internal static class Digests
{
    /// <summary>A document's text without its digest.</summary>
    public static string Without(string json) => Regex.Replace(json, ",\\s*\"digest\": ?\"[0-9a-f]{64}\"", "");
}
