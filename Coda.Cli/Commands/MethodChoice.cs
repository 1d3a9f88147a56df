using Coda.Data.Foundation;
using Coda.Classical.Tuning;

namespace Coda.Cli.Commands;

/// <summary>Reads how a user names a method: NAME, NAME:OPTION=VALUE,OPTION=VALUE, or the file that <c>coda tune</c> wrote.</summary>
internal static class MethodChoice
{
    /// <summary>What the help calls it.</summary>
    public const string HelpName = "NAME[:OPTION=VALUE,...]|FILE";

    /// <summary>The method and the options that are given.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no tuned method.</exception>
    /// <exception cref="ArgumentException">An option without a value.</exception>
    public static Component Of(string text)
    {
        if (text.EndsWith(".json", StringComparison.Ordinal))
        {
            return CodaJson.Read<TunedMethod>(CommonOptions.RequireFile(text, "a tuned method, as 'coda tune' writes one")).Method;
        }

        return MemberSettings.Component(text);
    }

    /// <summary>The name alone, without options; <see langword="null"/> where nothing was written, a file's name where that was.</summary>
    /// <param name="text">What the user wrote.</param>
    public static string? NameOf(string? text) => text?.Split(':', 2)[0];

    /// <summary>The method with more options, which win.</summary>
    /// <param name="method">The method.</param>
    /// <param name="settings">Texts of the form option=value.</param>
    public static Component With(this Component method, IEnumerable<string> settings)
    {
        var options = (System.Text.Json.Nodes.JsonObject)(method.Options?.DeepClone() ?? new System.Text.Json.Nodes.JsonObject());
        foreach (var (name, value) in MemberSettings.Component(method.Name, settings).Options?.ToList() ?? [])
        {
            options[name] = value?.DeepClone();
        }

        return new Component(method.Name, options.Count > 0 ? options : null);
    }
}
