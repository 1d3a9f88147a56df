using System.Reflection;
using System.Xml.Linq;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using ScottPlot;

namespace Coda.Tests.Figures;

[TestClass]
public sealed class FigureTests
{
    private static readonly Color Highest = Color.FromHex("#FDE725"); // Viridis' end

    private static IEnumerable<object[]> Kinds => FigureExamples.ByMethod.Keys.Select(name => new object[] { name });

    [TestMethod]
    public void EveryKindOfFigureIsExamined() => CollectionAssert.AreEquivalent(
        typeof(Coda.Figures.Figures).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(m => m.Name).ToArray(),
        FigureExamples.ByMethod.Keys.ToArray());

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void AFigureIsDrawnOnLightAndOnDarkPaper(string kind)
    {
        var figure = FigureExamples.ByMethod[kind]();
        foreach (var theme in new[] { Theme.Light, Theme.Dark })
        {
            using var picture = new Picture(figure.ToPng(theme));
            Assert.AreEqual((figure.Size.Width, figure.Size.Height), (picture.Width, picture.Height));
            Assert.IsGreaterThan(picture.Width * picture.Height / 4, picture.Of(theme.Paper).Count, "paper");
            Assert.IsGreaterThan(300, picture.Of(theme.Ink).Count, "axes and text");
            Assert.IsGreaterThan(20, picture.Colors(), "more than paper and ink");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void AFigureAsSvgNamesItsSourceAndItsTitle(string kind)
    {
        var figure = FigureExamples.ByMethod[kind]();
        var text = string.Concat(XDocument.Parse(figure.ToSvg()).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value.Trim()));
        StringAssert.Contains(text, figure.Title.Trim());
        StringAssert.Contains(text, "archive buoys <b>&\" · etkf · seed 7");
    }

    [TestMethod]
    public void AnSvgCanBeReadWhateverNamesHold()
    {
        const string Name = "a\u0007b\u0000c]]>&<";
        var figure = Coda.Figures.Figures.Series(new(Name, Name), FigureExamples.Scale, [new(Name, Name, [new(Name, [0, 1], [0, 1]), new("b", [0, 1], [1, 0])])]);
        var text = string.Concat(XDocument.Parse(figure.ToSvg()).Descendants().Select(e => e.Value));
        StringAssert.Contains(text.Replace(" ", "", StringComparison.Ordinal), "]]>&<");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("a")]
    public void ATitleThatIsTooLongIsShortenedBetweenCharacters(string first)
    {
        var title = first + string.Concat(Enumerable.Repeat("\U0001d4b3", 200));
        var svg = Coda.Figures.Figures.OfCurves("own", title, FigureExamples.Source, "x", "y", [new("c", [0, 1], [0, 1])]).ToSvg();
        StringAssert.Contains(svg, "…");
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void AFigureHasItsNumbersAndADescription(string kind)
    {
        var figure = FigureExamples.ByMethod[kind]();
        Assert.IsNotEmpty(figure.Numbers.Rows);
        Assert.IsTrue(figure.Numbers.Rows.All(row => row.Count == figure.Numbers.Columns.Count), "a cell a heading");
        Assert.IsFalse(figure.Numbers.Rows.SelectMany(row => row).Any(cell => cell.Contains("NaN")), "no value is an empty cell");
        Assert.IsGreaterThan(10, figure.Description.Length);
        StringAssert.Matches(figure.Name, new("^[a-z]+(-[a-z]+)*$"));
    }

    [TestMethod]
    [DataRow(2, 3)]
    [DataRow(27, 3)]
    [DataRow(2, 16)]
    [DataRow(27, 16)]
    public void TheHighestValueOfAMapStandsWhereTheArchiveHasIt(int time, int site)
    {
        using var picture = new Picture(FigureExamples.Hovmoeller(FigureExamples.Values((t, s) => (t, s) == (time, site) ? 1 : 0)).ToPng());
        var beforeBar = 0.885 * picture.Width; // the bar of colours is on the right
        var low = picture.Of(Color.FromHex("#440154")).Where(p => p.X < beforeBar).ToArray();
        var high = picture.Of(Highest).Where(p => p.X < beforeBar).ToArray();
        var (left, right, top, bottom) = (low.Min(p => p.X), low.Max(p => p.X), low.Min(p => p.Y), low.Max(p => p.Y));
        Assert.IsNotEmpty(high);
        Assert.AreEqual((time + 0.5) / 30, (high.Average(p => p.X) - left) / (right - left), 0.015);
        Assert.AreEqual((site + 0.5) / 20, (bottom - high.Average(p => p.Y)) / (bottom - top), 0.03);
    }

    [TestMethod]
    public void GapsOfAMapAreSeen()
    {
        using var whole = new Picture(FigureExamples.Hovmoeller(FigureExamples.Values((t, s) => t + s)).ToPng());
        using var half = new Picture(FigureExamples.Hovmoeller(FigureExamples.Values((t, s) => t < 15 ? t + s : double.NaN)).ToPng());
        Assert.IsLessThan(whole.Width * whole.Height / 500, whole.Of(Theme.Light.Gap).Count);
        Assert.IsGreaterThan(whole.Width * whole.Height / 8, half.Of(Theme.Light.Gap).Count);
    }

    [TestMethod]
    public void BarsStandWhereStretchesAreNotSound()
    {
        var figure = FigureExamples.Unsound(
            new(0, new(0, 100), StretchFault.Inconsistent), new(1, new(25, 76), StretchFault.Failed), new(2, new(99, 100), StretchFault.Relaxed));
        using var picture = new Picture(figure.ToPng());
        (int X, int Y)[] Bar(Color color) => [.. picture.Of(color).Where(p => p.Y > 65)]; // below the legend
        var (all, some, one) = (Bar(Theme.Light.Of(Quantity.Spread)), Bar(Theme.Light.Of(Quantity.Error)), Bar(Theme.Light.Series(4)));
        var (left, right) = (all.Min(p => p.X), all.Max(p => p.X));
        Assert.AreEqual(25 / 99.0, (some.Min(p => p.X) - left) / (double)(right - left), 0.01);
        Assert.AreEqual(75 / 99.0, (some.Max(p => p.X) - left) / (double)(right - left), 0.01);
        Assert.AreEqual(right, one.Average(p => p.X), 5, "A single step is seen.");
        Assert.IsLessThan(some.Min(p => p.Y), all.Max(p => p.Y), "The first trajectory stands above the next.");
        Assert.IsLessThan(one.Min(p => p.Y), some.Max(p => p.Y));
        Assert.Contains("3 stretches of 3 of 3 trajectories, 152 steps; 7 more come after these", figure.Description);
        CollectionAssert.AreEqual(new[] { "spring", "0", "100", "0", "4.95", "spread too small" }, figure.Numbers.Rows[0].ToArray());
    }

    [TestMethod]
    public void OfManyTrajectoriesThoseWithUnsoundStretchesAreShown()
    {
        var record = Coda.Tests.Archives.ArchiveExamples.Description(trajectories: 5000);
        Figure Of(int trajectories) => Coda.Figures.Figures.UnsoundStretches(FigureExamples.Source, record, new(
            [.. Enumerable.Range(0, trajectories).Select(t => new UnsoundStretch(100 * t, new(3, 4), StretchFault.Failed))]));
        StringAssert.Contains(Of(2).Description, "2 stretches of 2 of 5000 trajectories, 2 steps.");
        StringAssert.Contains(Of(50).Description, "the first 24 trajectories are drawn");
        Assert.IsGreaterThan(Of(2).Size.Height, Of(50).Size.Height);
        Assert.AreEqual(Of(50).Size, Of(24).Size);
        StringAssert.Contains(Refused(() => Of(0)), "at least one stretch");
    }

    [TestMethod]
    [DataRow(1, 8)]
    [DataRow(8, 1)]
    [DataRow(1, 1)]
    public void AMapOfOneTimeOrOneSiteIsDrawn(int times, int sites)
    {
        var values = new double[times, sites];
        values[0, 0] = 1;
        using var diagram = new Picture(FigureExamples.Hovmoeller(values).ToPng());
        using var map = new Picture(Coda.Figures.Figures.Map(FigureExamples.Source, "h", "m", [new("truth", Quantity.Truth, values)]).ToPng());
        var paper = diagram.Of(Theme.Light.Paper).Count(p => p.X > 0.1 * diagram.Width && p.X < 0.85 * diagram.Width && p.Y > 0.3 * diagram.Height);
        Assert.IsLessThan(diagram.Width * diagram.Height / 4, paper);

        // A cell of a map is as wide as it is high, however little of the picture that leaves to it.
        var cell = map.Of(new ScottPlot.Colormaps.Viridis().GetColor(values.Length == 1 ? 0.5 : 1)).Where(p => p.X < 0.75 * map.Width).ToArray();
        var (width, height) = (cell.Max(p => p.X) - cell.Min(p => p.X), cell.Max(p => p.Y) - cell.Min(p => p.Y));
        Assert.IsGreaterThan(15, width);
        Assert.AreEqual(width, height, 3);
    }

    [TestMethod]
    public void PointsOfAMapStandWhereTheyAreInTheColoursOfTheOtherMaps()
    {
        var figure = Coda.Figures.Figures.Map(FigureExamples.Source, "h", "m",
        [
            new("truth", Quantity.Truth, FigureExamples.Values((_, s) => s)),
            new("observations", Quantity.Observations, FigureExamples.Values((_, _) => double.NaN)) { Points = [new(4.5, 7.5, 19), new(12, 25, 19, Age: 2)] },
        ]);
        using var picture = new Picture(figure.ToPng());
        var points = picture.Of(Highest).Where(p => p.X > picture.Width / 2 && p.X < 0.86 * picture.Width).ToArray();
        var ground = picture.Of(Theme.Light.Gap).ToArray(); // and some shades of letters
        int[] across = [.. ground.GroupBy(p => p.X).Where(g => g.Count() > 50).Select(g => g.Key)];
        int[] upwards = [.. ground.GroupBy(p => p.Y).Where(g => g.Count() > 50).Select(g => g.Key)];
        var (left, right, top, bottom) = (across.Min(), across.Max(), upwards.Min(), upwards.Max());
        var (newest, old) = (points.Where(p => p.Y > (top + bottom) / 2).ToArray(), points.Where(p => p.Y < (top + bottom) / 2).ToArray());
        Assert.AreEqual(5 / 20.0, (newest.Average(p => p.X) - left) / (right - left), 0.02);
        Assert.AreEqual(8 / 30.0, (bottom - newest.Average(p => p.Y)) / (bottom - top), 0.02);
        Assert.AreEqual(25.5 / 30, (bottom - old.Average(p => p.Y)) / (bottom - top), 0.02);
        Assert.IsLessThan(newest.Length, old.Length, "the older, the smaller");
        Assert.AreEqual(1.5, (bottom - top) / (double)(right - left), 0.03, "as many rows to columns");
        Assert.Contains("observations: 19 to 19 at 2 points", figure.Description);
    }

    [TestMethod]
    public void FieldsOfAFigureHaveRangesOfTheirOwn()
    {
        var values = FigureExamples.Values((_, s) => s);
        var thousand = FigureExamples.Values((_, s) => 1000 * s);
        var figure = Coda.Figures.Figures.Map(FigureExamples.Source, "h", "m",
            [new("truth", Quantity.Truth, values) { Field = new("h", "m") }, new("truth", Quantity.Truth, thousand) { Field = new("u", "m/s") }], columns: 1);
        Assert.AreEqual("h (m), u (m/s) on its grid", figure.Title);
        using var picture = new Picture(figure.ToPng());
        foreach (var half in picture.Of(Highest).Where(p => p.X < 0.75 * picture.Width).GroupBy(p => p.Y > picture.Height / 2).ToArray())
        {
            Assert.IsGreaterThan(200, half.Count(), "a whole column of cells");
        }

        Assert.HasCount(2, picture.Of(Highest).Where(p => p.X < 0.75 * picture.Width).GroupBy(p => p.Y > picture.Height / 2));
    }

    [TestMethod]
    public void ASpectrumFallsToTheRightWhereWavesAreShort()
    {
        var figure = Coda.Figures.Figures.Spectra(
            FigureExamples.Source, "m", [new("truth", [0.01, 0.1, 0.5], [100, 1, 1e-30]) { Quantity = Quantity.Truth }], [new("resolved", 10)]);
        Assert.Contains("power (m² grid lengths)", figure.Description);
        Assert.Contains("resolved: 10 grid lengths", figure.Description);
        CollectionAssert.AreEqual(new[] { "2", "10", "100" }, figure.Numbers.Rows.Select(r => r[0]).ToArray());
        string[] texts = [.. XDocument.Parse(figure.ToSvg()).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value.Trim())];
        CollectionAssert.IsSubsetOf(new[] { "50", "20", "5", "2" }, texts, "wavelengths at the axis");
        Assert.Contains("greater than 0", Refused(() => Coda.Figures.Figures.Spectra(FigureExamples.Source, "m", [new("truth", [0, 1], [1, 1])], [])));
    }

    [TestMethod]
    public void TheNamesOfAThinnedDiagramStandAtItsSites()
    {
        int[] sites = [0, 100, 200];
        var slice = new Slice([0, 1, 2], FigureExamples.Scale, "x", "m") { SiteNames = ["north", "middle", "south"], Sites = sites };
        var figure = Coda.Figures.Figures.Hovmoeller(FigureExamples.Source, slice, [new(Quantity.Truth, new double[3, 3])]);
        var plot = figure.Plots()[0];
        plot.RenderInMemory(900, 300);
        CollectionAssert.AreEqual(
            sites.Select(site => (double)site).ToArray(), plot.Axes.Left.TickGenerator.Ticks.Select(tick => tick.Position).ToArray());
        Assert.IsTrue(plot.Axes.GetLimits().Top is > 200 and < 300);
    }

    [TestMethod]
    public void TheLegendHasWhatAnyPanelShows()
    {
        Curve Of(string label, params double[] values) => new(label, [0, 1], values);
        var figure = Coda.Figures.Figures.Series(
            FigureExamples.Source, FigureExamples.Scale,
            [new("x0", "m", [Of("analysis", 0, 1), Of("buoys", double.NaN, double.NaN)]), new("x1", "m", [Of("analysis", 0, 1), Of("buoys", 1, 0)])]);
        var svg = figure.ToSvg().Replace(" ", "", StringComparison.Ordinal);
        StringAssert.Contains(svg, "buoys");
        Assert.HasCount(2, svg.Split("analysis"), "once");
    }

    [TestMethod]
    public void AsManyParametersAsThereAreAreDrawn()
    {
        var panels = Enumerable.Range(0, 80).Select(i => new SeriesPanel($"p{i}", "1", [new("trained", [0, 1], [0, i])])).ToList();
        using var picture = new Picture(Coda.Figures.Figures.Parameters(FigureExamples.Source, panels).ToPng());
        Assert.AreEqual(6000, picture.Height);
    }

    [TestMethod]
    public void AMapOfErrorsIsCentredAtZero()
    {
        // Errors of -1 and 3: zero has the colour of the middle, not that of the middle of the values.
        using var picture = new Picture(FigureExamples.Hovmoeller(FigureExamples.Values((t, s) => t < 20 ? 0 : s < 10 ? -1 : 3), Quantity.Error).ToPng());
        Assert.IsGreaterThan(picture.Width * picture.Height / 6, picture.Of(new ScottPlot.Colormaps.Balance().GetColor(0.5), 3).Count);
    }

    [TestMethod]
    public void ColoursAreToldApartWithEveryCommonColourVision()
    {
        // Viénot, Brettel and Mollon (1999), doi:10.1002/(SICI)1520-6378(199908)24:4<243::AID-COL5>3.0.CO;2-3: what protanopes and deuteranopes see in linear
        // RGB; differences in CIELAB, of which about 2 are just seen.
        double[][] all = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
        double[][] protan = [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]];
        double[][] deutan = [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]];
        foreach (var (theme, sight) in from t in new[] { Theme.Light, Theme.Dark } from s in new[] { all, protan, deutan } select (t, s))
        {
            var seen = Enumerable.Range(0, 5).Select(i => Seen(theme.Series(i), sight)).ToArray();
            foreach (var (a, b) in from i in Enumerable.Range(0, 5) from j in Enumerable.Range(0, i) select (i, j))
            {
                Assert.IsGreaterThan(14, Math.Sqrt(seen[a].Zip(seen[b], (x, y) => (x - y) * (x - y)).Sum()), $"{theme.Name} {a} and {b}");
            }
        }
    }

    [TestMethod]
    public void AnEstimateHasItsColourWhereOthersAreMissing()
    {
        IReadOnlyList<PartError> errors = [new("x0", 0.2, double.NaN), new("x1", 0.3, double.NaN)];
        var figure = Coda.Figures.Figures.ErrorByPart(
            FigureExamples.Source, "site", "RMSE", new Dictionary<string, IReadOnlyList<PartError>> { ["enks"] = errors },
            new Dictionary<string, int> { ["enks"] = 3 });
        Assert.AreEqual(Theme.Light.Series(3), figure.Plots()[0].Legend.GetItems().Single(item => item.LabelText == "enks").MarkerColor);
    }

    [TestMethod]
    public void DatesStandOnTheAxisWhereAnArchiveHasACalendar()
    {
        var description = new ArchiveDescription
        {
            Layout = StateLayout.Of("h"), Operator = new Component("site-selection"), SiteCount = 1, StepLength = 6, TimeUnit = "h", Steps = new(0, 100),
            TimeOrigin = "2020-01-31T00:00:00Z",
        };
        var scale = new TimeScale(description);
        Assert.IsTrue(scale.IsCalendar);
        Assert.AreEqual("2020-02-01T00:00:00Z", scale.TextOf(4));
        Assert.AreEqual(new DateTime(2020, 2, 1).ToOADate(), scale.Of(4));
        var curve = new Curve("error", [.. Enumerable.Range(0, 100).Select(i => scale.Of(i))], [.. Enumerable.Range(0, 100).Select(i => (double)i)]);
        StringAssert.Contains(Coda.Figures.Figures.ErrorInTime(FigureExamples.Source, scale, "m", [curve]).ToSvg().Replace(" ", ""), "2020");
    }

    [TestMethod]
    public void WhatCannotBeDrawnIsRefused()
    {
        var figure = FigureExamples.ByMethod["OfCurves"]();
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => figure.Write("x.gif")).Message, ".png or .svg");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => figure.ToPng(size: new(10, 10))).Message, "200 to 4000");
        StringAssert.Contains(
            Refused(() => Coda.Figures.Figures.OfCurves("a", "A", FigureExamples.Source, "x", "y", [new("c", [1, 2], [1])])), "as many values as places");
        StringAssert.Contains(
            Refused(() => Coda.Figures.Figures.Hovmoeller(
                FigureExamples.Source, new([0, 1], FigureExamples.Scale, "x", "1"), [new(Quantity.Truth, new double[3, 2])])),
            "2 times");
        StringAssert.Contains(
            Refused(() => Coda.Figures.Figures.ScoreAgainstCost(FigureExamples.Source, "s", "RMSE", [new("a", 0, 1, false)])), "greater than 0");
    }

    [TestMethod]
    public void StatesAndObservationsBecomePanels()
    {
        float[] states = [1, 2, 3, 4, 5, 6];
        StateBlock[] blocks = [new(0, 3, 2, states, new float[] { 1, 1, 2, 2, 3, 3 }), new(1, 3, 2, new float[] { 9, 9 })];
        var panel = SlicePanel.Of(Quantity.Analysis, blocks, 0, new(4, 7));
        CollectionAssert.AreEqual(new[] { 3, 4, 5, 6, double.NaN, double.NaN }, panel.Values.Cast<double>().ToArray());
        CollectionAssert.AreEqual(new double[] { 2, 2 }, SlicePanel.Of(Quantity.Spread, blocks, 0, new(4, 5)).Values.Cast<double>().ToArray());
        CollectionAssert.AreEqual(new double[] { 0, 0 }, SlicePanel.Of(Quantity.Analysis, blocks, 0, new(4, 5)).Less(
            SlicePanel.Of(Quantity.Truth, blocks, 0, new(4, 5))).Values.Cast<double>().ToArray());
        StringAssert.Contains(Refused(() => SlicePanel.Of(Quantity.Truth, blocks, 2, new(0, 3))), "trajectory 2");
        StringAssert.Contains(Refused(() => SlicePanel.Of(Quantity.Spread, blocks, 1, new(0, 3))), "with a spread");
        StringAssert.Contains(Refused(() => panel.Less(new(Quantity.Truth, new double[1, 2]))), "3 x 2");
        var observed = new ObservationStretch(0, new(0, 1), 2);
        (observed.Values[1], observed.Mask[1]) = (7, 1);
        CollectionAssert.AreEqual(new[] { double.NaN, 7 }, SlicePanel.Of(observed).Values.Cast<double>().ToArray());
    }

    [TestMethod]
    public void WhereNothingIsKnownAFigureIsDrawnAllTheSame()
    {
        using var empty = new Picture(FigureExamples.Hovmoeller(FigureExamples.Values((_, _) => double.NaN)).ToPng());
        using var same = new Picture(FigureExamples.Hovmoeller(FigureExamples.Values((_, _) => 3)).ToPng());
        using var none = new Picture(Coda.Figures.Figures.TrainingCurves(FigureExamples.Source, [new("loss", [0, 1], [double.NaN, -1])]).ToPng());
        Assert.IsGreaterThan(0, empty.Of(Theme.Light.Gap).Count);
    }

    [TestMethod]
    public void AFigureShowsItselfInANotebook()
    {
        var figure = FigureExamples.ByMethod["OfCurves"]();
        var attribute = figure.GetType().GetCustomAttributes(false).Single(a => a.GetType().Name == "TypeFormatterSourceAttribute");
        var source = Activator.CreateInstance((Type)((dynamic)attribute).FormatterSourceType, nonPublic: true)!;
        var formatter = ((IEnumerable<object>)source.GetType().GetMethod("CreateTypeFormatters")!.Invoke(source, [])!).Single();
        using var writer = new StringWriter();
        Assert.AreEqual("text/html", formatter.GetType().GetProperty("MimeType")!.GetValue(formatter));
        Assert.AreEqual(true, formatter.GetType().GetMethod("Format")!.Invoke(formatter, [figure, writer]));
        StringAssert.Contains(writer.ToString(), "data:image/png;base64,");
    }

    private static string Refused(Action make) => Assert.ThrowsExactly<ArgumentException>(make).Message;

    private static double[] Seen(Color color, double[][] sight)
    {
        double[] linear = [.. new[] { color.R, color.G, color.B }.Select(c => Linear(c / 255.0))];
        double[][] toXyz = [[0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505], [0.2126, 0.7152, 0.0722], [0.0193 / 1.089, 0.1192 / 1.089, 0.9505 / 1.089]];
        var f = Times(toXyz, Times(sight, linear)).Select(x => x > 0.008856 ? Math.Cbrt(x) : (7.787 * x) + (16.0 / 116)).ToArray();
        return [(116 * f[1]) - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])];

        static double Linear(double c) => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);

        static double[] Times(double[][] matrix, double[] vector) => [.. matrix.Select(row => Math.Clamp(row.Zip(vector, (a, b) => a * b).Sum(), 0, 1))];
    }
}
