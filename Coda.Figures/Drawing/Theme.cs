using ScottPlot;

namespace Coda.Figures.Drawing;

/// <summary>The colours of a figure's paper, ink and series, for light or dark surroundings.</summary>
/// <remarks>Series follow Okabe and Ito (2008), "Color Universal Design", which are told apart with every common colour vision; each has a line pattern and a
/// marker of its own as well.</remarks>
public sealed class Theme
{
    private readonly Color[] _series;

    private Theme(Theme other, bool isDashed)
    {
        (Name, Paper, Ink, Grid, Gap, _series) = (other.Name, other.Paper, other.Ink, other.Grid, other.Gap, other._series);
        IsDashed = isDashed;
    }

    private Theme(string name, string paper, string ink, string grid, string gap, params string[] series)
    {
        Name = name;
        (Paper, Ink, Grid, Gap) = (Color.FromHex(paper), Color.FromHex(ink), Color.FromHex(grid), Color.FromHex(gap));
        _series = [.. series.Select(Color.FromHex)];
    }

    /// <summary>Dark ink on white, for paper and light screens.</summary>
    public static Theme Light { get; } = new(
        "light", "#ffffff", "#1a1a1a", "#dddddd", "#c8c8c8", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#5c5200");

    /// <summary>Light ink on black, for dark screens.</summary>
    public static Theme Dark { get; } = new(
        "dark", "#16181c", "#e8e8e8", "#3a3d42", "#4a4a4a", "#56b4e9", "#f2691e", "#1fae88", "#e8a6cf", "#f7c948", "#b8dcf5", "#a08c28");

    /// <summary>The word for it: light or dark.</summary>
    public string Name { get; }

    /// <summary>The ground.</summary>
    public Color Paper { get; }

    /// <summary>Text and axes.</summary>
    public Color Ink { get; }

    /// <summary>The lines behind curves.</summary>
    public Color Grid { get; }

    /// <summary>What stands in a map where there is no value.</summary>
    public Color Gap { get; }

    /// <summary>Whether lines have patterns; what writes SVG knows none.</summary>
    internal bool IsDashed { get; } = true;

    /// <summary>The pattern of lines to compare with.</summary>
    /// <param name="quantity">What they show.</param>
    internal LinePattern Reference(Quantity? quantity) =>
        !IsDashed ? LinePattern.Solid : quantity == Quantity.Persistence ? LinePattern.Dotted : LinePattern.Dashed;

    /// <summary>The colour of a quantity.</summary>
    /// <param name="quantity">What is shown.</param>
    public Color Of(Quantity quantity) => quantity switch
    {
        Quantity.Truth => Ink,
        Quantity.Observations => _series[4],
        Quantity.Analysis => _series[0],
        Quantity.Forecast => _series[2],
        Quantity.Error => _series[1],
        Quantity.Spread => _series[3],
        Quantity.Climatology or Quantity.Persistence => Mix(Ink, Paper, 0.45),
        _ => throw new ArgumentOutOfRangeException(nameof(quantity), quantity, "Expected a quantity that has a colour."),
    };

    /// <summary>The colour of one of several series that are no quantity of their own, such as methods or terms.</summary>
    /// <param name="index">Its number from 0; colours come again after seven, with another line pattern.</param>
    public Color Series(int index) => _series[index % _series.Length];

    /// <summary>The line pattern that goes with <see cref="Series"/>.</summary>
    /// <param name="index">The series' number from 0.</param>
    internal LinePattern Pattern(int index) => ((index / _series.Length) + (index % 3)) switch
    {
        _ when !IsDashed => LinePattern.Solid,
        0 => LinePattern.Solid,
        1 => LinePattern.DenselyDashed,
        2 => LinePattern.Dotted,
        _ => LinePattern.Dashed,
    };

    /// <summary>The same without patterns of lines.</summary>
    internal Theme Solid() => new(this, isDashed: false);

    private static Color Mix(Color a, Color b, double share) => new(
        (byte)(a.R + ((b.R - a.R) * share)), (byte)(a.G + ((b.G - a.G) * share)), (byte)(a.B + ((b.B - a.B) * share)));
}
