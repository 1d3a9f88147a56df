using System.CommandLine;
using System.CommandLine.Parsing;
using Coda.Data.Foundation;

namespace Coda.Cli.Commands;

/// <summary>What a user gave, told from what an option says by default.</summary>
internal static class GivenOptions
{
    /// <summary>Whether an option stands on the command line.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="option">The option.</param>
    public static bool IsGiven(this ParseResult parsed, Option option) => parsed.GetResult(option) is OptionResult { Implicit: false };

    /// <summary>Refuses options that contradict each other, or that would be ignored.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="command">The command.</param>
    /// <exception cref="ArgumentException">One line for every fault.</exception>
    public static void Require(this ParseResult parsed, CodaCommand command)
    {
        var faults = new Faults($"coda {command.Name}");
        foreach (var rule in command.Rules)
        {
            faults.Require(!rule.IsBroken(parsed), rule.Option.Name, rule.Expected, Given(parsed, rule.Option));
        }

        faults.ThrowIfAny();
    }

    private static string Given(ParseResult parsed, Option option) =>
        parsed.GetResult(option)?.Tokens is { Count: > 0 } tokens ? string.Join(' ', tokens.Select(token => token.Value)) : "it";
}
