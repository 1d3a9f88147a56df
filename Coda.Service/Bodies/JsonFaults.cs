using System.Text.Json;

namespace Coda.Service.Bodies;

/// <summary>What is wrong with JSON, in words for whoever sent it: without the names of types, and short.</summary>
internal static class JsonFaults
{
    private const int Longest = 200;
    private const string Missing = "missing required properties including: ";

    /// <summary>Describes a fault.</summary>
    /// <param name="fault">What the reading of JSON threw.</param>
    public static string Describe(JsonException fault)
    {
        var message = fault.Message.AsSpan();
        if (message.IndexOf(" Path:", StringComparison.Ordinal) is >= 0 and var path)
        {
            message = message[..path];
        }
        else if (message.IndexOf(" LineNumber:", StringComparison.Ordinal) is >= 0 and var line)
        {
            message = message[..line];
        }

        message = message.TrimEnd('.');
        if (message.IndexOf(Missing, StringComparison.Ordinal) is >= 0 and var missing)
        {
            return $"without {Beginning(message[(missing + Missing.Length)..])}";
        }

        // The reader's own words name no type; those of the mapping to types do.
        return message switch
        {
            _ when Has(message, "could not be mapped to any .NET member") => "an unknown member",
            _ when Has(message, "Duplicate property") => "a member for the second time",
            _ when Has(message, "allow setting null") => "null where a value is needed",
            _ when Has(message, "could not be converted to") => "a value of another kind, or out of range",
            _ when Has(message, "Coda.") || Has(message, "System.") => "another shape",
            _ => Beginning(message),
        };
    }

    private static bool Has(ReadOnlySpan<char> message, string words) => message.Contains(words, StringComparison.Ordinal);

    private static string Beginning(ReadOnlySpan<char> text) => text.Length <= Longest ? text.ToString() : string.Concat(text[..(Longest - 3)], "...");
}
