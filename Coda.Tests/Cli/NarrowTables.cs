using System.Text.RegularExpressions;
using Coda.Cli;
using Spectre.Console;

namespace Coda.Tests.Cli;

/// <summary>Shows every result of the command line's tests once more in narrow terminals: no line is too long, no number is broken or missing.</summary>
internal static partial class NarrowTables
{
    /// <summary>Shows a result at 80 and 60 columns.</summary>
    public static void Examine(Action<IAnsiConsole> show)
    {
        var expected = NumbersIn(Show(show, 2000));
        foreach (var width in new[] { 80, 60 })
        {
            var text = Show(show, width);
            foreach (var line in text.Split('\n'))
            {
                Assert.IsLessThanOrEqualTo(width, line.TrimEnd().Length, line);
            }

            Assert.AreEqual("", string.Join(' ', expected.Except(NumbersIn(text))), $"numbers that {width} columns lack:\n{text}");
        }
    }

    private static string Show(Action<IAnsiConsole> show, int width)
    {
        using var writer = new StringWriter();
        show(Terminal.Console(writer, width));
        return writer.ToString();
    }

    private static HashSet<string> NumbersIn(string text) => [.. Numbers().Matches(text).Select(m => m.Value)];

    // By themselves: not those in names, paths and options.
    [GeneratedRegex(@"(?<=^|\s)-?[\d,]*\.?\d+(E[-+]\d+)?(?=[\s,;]|$)", RegexOptions.Multiline)]
    private static partial Regex Numbers();
}
