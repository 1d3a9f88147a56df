using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Workflows.Progress;
using Coda.Workflows.Scoring;
using Spectre.Console;

namespace Coda.Tests.Cli;

/// <summary>Small curves for whoever looks at a terminal, and for nobody else.</summary>
[TestClass]
public sealed class SparklineTests
{
    private static readonly double[] Rising = [.. Enumerable.Range(0, 8).Select(i => (double)i)];

    [TestMethod]
    public void TheBarsGoFromTheLeastToTheGreatest()
    {
        Assert.AreEqual("▁▂▃▄▅▆▇█", Sparkline.Of(Rising, 8, isUnicode: true));
        Assert.AreEqual("_.:-=+*#", Sparkline.Of(Rising, 20, isUnicode: false));
        Assert.AreEqual("█▁", Sparkline.Of([4, 2, 0, 2], 2, isUnicode: true), "means of neighbours");
        Assert.AreEqual("█ ▁▁", Sparkline.Of([4, double.NaN, 1, 1], 4, isUnicode: true));
        Assert.AreEqual("▁▁", Sparkline.Of([3, 3], 4, isUnicode: true));
        Assert.AreEqual("", Sparkline.Of([], 4, isUnicode: true));
        CollectionAssert.AreEqual(new[] { 0.5, 2.5, 4.5, 6.5 }, Means.Of(Rising, 4));
    }

    [TestMethod]
    public void OnlyATerminalHasThemAndOneWithoutUnicodeInAscii()
    {
        Assert.IsNull(Sparkline.On(Terminal.Console(new StringWriter()), Rising, 8));
        Assert.AreEqual("▁▂▃▄▅▆▇█", Sparkline.On(Watched(isUnicode: true), Rising, 8));
        Assert.AreEqual("_.:-=+*#", Sparkline.On(Watched(isUnicode: false), Rising, 8));
        Assert.IsNull(Sparkline.On(Watched(isUnicode: true), [1, double.NaN], 8), "nothing to see");
    }

    [TestMethod]
    public void ALongCourseIsKeptInBoundedMemory()
    {
        var course = new Course();
        for (var i = 0; i < 100_000; i++)
        {
            course.Add(i);
        }

        var means = course.Means;
        Assert.IsTrue(means.Count is > 60 and <= 128, $"{means.Count}");
        Assert.IsTrue(means.Zip(means.Skip(1)).All(pair => pair.Second - pair.First == means[1] - means[0]), "evenly spaced");
    }

    [TestMethod]
    public void ErrorsByLeadAreACurveInATerminalAndNothingInAFile()
    {
        ScoreResult[] results =
        [
            .. new[] { 0.5, 1.5, 2.5 }.Select((rmse, i) => new ScoreResult(RootMeanSquareError.Name, ScoredSites.All, 10 * i, 0.5 * i, rmse, null, 1, 100)),
        ];
        ScoredTable[] scores = [new("out/a record with a long name that fills most of the line", ArchiveTable.Forecasts, results, [])];
        var screen = new Screen();
        Watched(isUnicode: true, screen).LeadCurves(scores);
        var shown = screen.Writer.ToString()!;
        Assert.Contains("▁▅█", shown);
        Assert.Contains("0.500 at 0.00", shown);
        Assert.Contains("2.500 at 1.00", shown);
        Assert.IsTrue(shown.Split('\n').All(line => line.TrimEnd().Length <= 80), shown);
        using var file = new StringWriter();
        Terminal.Console(file).LeadCurves(scores);
        Assert.AreEqual("", file.ToString());
        screen = new Screen();
        Watched(isUnicode: true, screen).LeadCurves([new("out", ArchiveTable.Forecasts, results[..2], [])]);
        Assert.AreEqual("", screen.Writer.ToString(), "Two leads are no curve.");
    }

    private static IAnsiConsole Watched(bool isUnicode, Screen? screen = null)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = screen ?? new Screen(), Ansi = AnsiSupport.No });
        console.Profile.Capabilities.Unicode = isUnicode;
        return console;
    }

    private sealed class Screen : IAnsiConsoleOutput
    {
        public TextWriter Writer { get; } = new StringWriter();

        public bool IsTerminal => true;

        public int Width => 80;

        public int Height => 25;

        public void SetEncoding(System.Text.Encoding encoding)
        {
        }
    }
}
