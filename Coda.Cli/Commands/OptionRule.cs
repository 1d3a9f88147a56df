using System.CommandLine;
using System.CommandLine.Completions;
using Coda.Data.Archives.Stores;
using Coda.Data.Foundation;

namespace Coda.Cli.Commands;

/// <summary>What a command's options demand of each other, so that none is given in vain: the declaration that one test examines for every command.</summary>
/// <param name="Option">The option that is refused.</param>
/// <param name="Expected">What was expected in its place, in words.</param>
/// <param name="Example">What breaks the rule, beside what the command requires.</param>
/// <param name="IsBroken">Whether a command line breaks it.</param>
public sealed record OptionRule(Option Option, string Expected, string Example, Func<ParseResult, bool> IsBroken)
{
    /// <summary>An option that says the opposite of another, or whose place the other takes.</summary>
    /// <param name="option">The option.</param>
    /// <param name="other">The other one.</param>
    /// <param name="why">Why they do not go together, after a comma in the message; nothing where it is plain.</param>
    public static OptionRule Excludes(Option option, Option other, string why = "") => new(
        option, $"none beside {other.Name}{Reason(why)}", $"{Sample(option)} {Sample(other)}", parsed => parsed.IsGiven(option) && parsed.IsGiven(other));

    /// <summary>An option that is ignored without another.</summary>
    /// <param name="option">The option.</param>
    /// <param name="other">The other one.</param>
    /// <param name="why">What it is good for, after a comma in the message; nothing where it is plain.</param>
    public static OptionRule Needs(Option option, Option other, string why = "") => new(
        option, $"it beside {other.Name} only{Reason(why)}", Sample(option), parsed => parsed.IsGiven(option) && !parsed.IsGiven(other));

    /// <summary>An option that is ignored where something else is so.</summary>
    /// <param name="option">The option.</param>
    /// <param name="where">Where, in words, as in <c>with --method persistence</c>.</param>
    /// <param name="example">What makes it so.</param>
    /// <param name="isSo">Whether it is so.</param>
    public static OptionRule Ignored(Option option, string where, string example, Func<ParseResult, bool> isSo) => new(
        option, $"none {where}, where it would be ignored", $"{Sample(option)} {example}".TrimEnd(), parsed => parsed.IsGiven(option) && isSo(parsed));

    /// <summary>An option that says in short what <c>--set</c> says, too.</summary>
    /// <param name="option">The option.</param>
    /// <param name="set">The option <c>--set</c>.</param>
    /// <param name="member">The member that both set.</param>
    public static OptionRule ShortFor(Option option, Option<string[]> set, string member) => new(
        option, $"none beside --set {member}=..., which sets the same", $"{Sample(option)} --set {member}=1",
        parsed => parsed.IsGiven(option) && (parsed.GetValue(set) ?? []).Any(s => MemberOf(s) == member));

    /// <summary>An option that sets a value by name, and must not set one twice.</summary>
    /// <param name="set">The option.</param>
    public static OptionRule SetsOnce(Option<string[]> set) => new(
        set, "every name once", $"{set.Name} name=1 {set.Name} name=2",
        parsed => (parsed.GetValue(set) ?? []).Select(MemberOf).GroupBy(m => m).Any(g => g.Count() > 1));

    /// <summary>An option that names a file or a folder of this machine, and no place in a store, where archives alone are.</summary>
    /// <param name="option">The option.</param>
    public static OptionRule IsHere(Option option) => new(
        option, "a path of this machine (archives alone are in stores)", $"{option.Name} s3://bucket/place",
        parsed => parsed.GetResult(option)?.Tokens.Any(token => ArchiveStores.IsAddress(token.Value)) == true);

    /// <summary>The member that a text of the form member=value sets, as JSON names it.</summary>
    /// <param name="setting">The text.</param>
    internal static string MemberOf(string setting) => MemberSettings.Camel(setting.Split('=', 2)[0]);

    private static string Reason(string why) => why.Length > 0 ? $", {why}" : "";

    // Any value of the option's kind: rules are about what is given, not about what it is.
    private static string Sample(Option option)
    {
        var type = option.ValueType.IsArray ? option.ValueType.GetElementType()! : Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        return type == typeof(bool) ? option.Name : type == typeof(string) ? $"{option.Name} {Word(option)}" : $"{option.Name} 2";
    }

    // The parser knows the words that it accepts.
    private static string Word(Option option) =>
        option.GetCompletions(CompletionContext.Empty).Select(c => c.Label).FirstOrDefault() ?? "name";
}
