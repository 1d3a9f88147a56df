using System.Globalization;
using System.Text;
using Coda.Data.Foundation;
using ScottPlot;
using SkiaSharp;

namespace Coda.Figures.Drawing;

/// <summary>A labelled picture of one or several panels, with the numbers behind it; it shows itself in notebooks.</summary>
/// <remarks>It holds what it draws: data of files that change later do not change it. Drawing is not for several threads at once.</remarks>
[TypeFormatterSource(typeof(FigureFormatterSource))]
public sealed class Figure
{
    private const int Heading = 34;
    private const int Footing = 9;
    private const int SourceHeight = 15;
    private const int Motion = 4800; // milliseconds; what moves longer needs a switch (WCAG 2.2, 2.2.2)
    private const float Left = 12;
    private const float TitleSize = 17;
    private const float SourceSize = 12;
    private readonly IReadOnlyList<Func<Theme, Plot>> _panels;

    /// <summary>Makes a figure.</summary>
    /// <param name="name">A short name for files: lower-case words with hyphens.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="source">Of what.</param>
    /// <param name="description">What there is to be seen, in words, for those who cannot see it.</param>
    /// <param name="numbers">The numbers behind it.</param>
    /// <param name="panels">Draws each panel.</param>
    public Figure(string name, string title, FigureSource source, string description, FigureTable numbers, IReadOnlyList<Func<Theme, Plot>> panels)
    {
        if (panels.Count == 0)
        {
            throw new ArgumentException($"Expected at least one panel of {title}, got none.", nameof(panels));
        }

        (Name, Title, Source, Description, Numbers, _panels) = (name, title, source, description, numbers, panels);
        Size = new(900, 420);
    }

    /// <summary>Asks for what every figure needs before there is one to draw.</summary>
    /// <exception cref="MissingFontException">No font is installed.</exception>
    public static void RequireFont() => _ = FigureFont.Family;

    /// <summary>A short name for files.</summary>
    public string Name { get; }

    /// <summary>What is shown.</summary>
    public string Title { get; }

    /// <summary>Of which archive and model.</summary>
    public FigureSource Source { get; }

    /// <summary>What there is to be seen, in words.</summary>
    public string Description { get; }

    /// <summary>The numbers behind it.</summary>
    public FigureTable Numbers { get; }

    /// <summary>Panels beside each other; the others stand below.</summary>
    public int Columns { get; init; } = 1;

    /// <summary>How large it is drawn where nothing else is asked for.</summary>
    public FigureSize Size { get; init; }

    /// <summary>The pictures that it shows one after another where it moves, of its size; none where it stands still. It moves in PNG and on pages, unless
    /// their reader wants less motion.</summary>
    public IReadOnlyList<Figure> Frames { get; init; } = [];

    /// <summary>The same figure under another name, where several of a kind stand beside each other.</summary>
    /// <param name="name">The name: lower-case words with hyphens.</param>
    public Figure Named(string name) => new(name, Title, Source, Description, Numbers, _panels) { Columns = Columns, Size = Size, Frames = Frames };

    /// <summary>Its panels as plots of ScottPlot, to be changed or put elsewhere.</summary>
    /// <param name="theme">The colours; <see cref="Theme.Light"/> where none are given.</param>
    public IReadOnlyList<Plot> Plots(Theme? theme = null)
    {
        var (family, chosen) = (FigureFont.Family, theme ?? Theme.Light);
        return [.. _panels.Select(draw => FigureStyle.Finish(draw(chosen), chosen, family))];
    }

    /// <summary>A PNG image.</summary>
    /// <param name="theme">The colours; <see cref="Theme.Light"/> where none are given.</param>
    /// <param name="size">Its size; <see cref="Size"/> where none is given.</param>
    /// <param name="scale">How many pixels a pixel of <paramref name="size"/> becomes, .5 to 4: lines and text are drawn finer, not smaller.</param>
    /// <exception cref="MissingFontException">No font is installed.</exception>
    public byte[] ToPng(Theme? theme = null, FigureSize? size = null, float scale = 1)
    {
        if (scale is not (>= 0.5f and <= 4))
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "Expected a scale of 0.5 to 4.");
        }

        var pixels = (size ?? Size).Checked();
        using var surface = SKSurface.Create(new SKImageInfo((int)(pixels.Width * scale), (int)(pixels.Height * scale)));
        surface.Canvas.Scale(scale);
        Draw(surface.Canvas, theme ?? Theme.Light, pixels);
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>A PNG image of <see cref="Frames"/>, shown one after another for less than five seconds; the last one stays.</summary>
    /// <param name="theme">The colours; <see cref="Theme.Light"/> where none are given.</param>
    /// <param name="size">Its size; <see cref="Size"/> where none is given.</param>
    /// <param name="scale">As for <see cref="ToPng"/>.</param>
    /// <exception cref="ArgumentException">It stands still.</exception>
    public byte[] ToMovingPng(Theme? theme = null, FigureSize? size = null, float scale = 1) =>
        AnimatedPng.Of([.. Frames.Select(frame => frame.ToPng(theme, size ?? Size, scale))], Motion / Math.Max(1, Frames.Count), plays: 1);

    /// <summary>An SVG document, text as text. Maps of many cells are smaller as PNG.</summary>
    /// <param name="theme">The colours; <see cref="Theme.Light"/> where none are given.</param>
    /// <param name="size">Its size; <see cref="Size"/> where none is given.</param>
    /// <exception cref="MissingFontException">No font is installed.</exception>
    public string ToSvg(Theme? theme = null, FigureSize? size = null)
    {
        var pixels = (size ?? Size).Checked();
        using var stream = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(SKRect.Create(pixels.Width, pixels.Height), stream))
        {
            Draw(canvas, (theme ?? Theme.Light).Solid(), pixels);
        }

        // A map's cells are values, not samples of something smooth.
        return Encoding.UTF8.GetString(stream.ToArray()).Replace("<image ", "<image style=\"image-rendering:pixelated\" ", StringComparison.Ordinal);
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">Ends in .png or .svg.</param>
    /// <param name="theme">The colours; <see cref="Theme.Light"/> where none are given.</param>
    /// <param name="size">Its size; <see cref="Size"/> where none is given.</param>
    /// <exception cref="ArgumentException">Another ending.</exception>
    public void Write(string path, Theme? theme = null, FigureSize? size = null)
    {
        var content = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".png" => Frames.Count > 0 ? ToMovingPng(theme, size) : ToPng(theme, size),
            ".svg" => Encoding.UTF8.GetBytes(ToSvg(theme, size)),
            _ => throw new ArgumentException($"{path}: expected a name that ends in .png or .svg.", nameof(path)),
        };
        AtomicFile.Write(path, stream => stream.Write(content));
    }

    private void Draw(SKCanvas canvas, Theme theme, FigureSize size)
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture; // tick labels are made in the thread's
        try
        {
            canvas.Clear(theme.Paper.ToSKColor());
            var plots = Plots(theme);
            LegendItem[] legend = [.. plots.SelectMany(plot => plot.Legend.GetItems()).DistinctBy(item => item.LabelText)];
            var rows = (plots.Count + Columns - 1) / Columns;
            var lines = FigureText.Lines(Source.Parts, SourceSize, size.Width - (2 * Left));
            var heading = Heading + FigureLegend.Height(legend, size.Width - (2 * Left));
            var (width, height) = ((float)size.Width / Columns, (float)(size.Height - heading - Footing - (lines.Count * SourceHeight)) / rows);
            for (var i = 0; i < plots.Count; i++)
            {
                var (left, top) = (i % Columns * width, heading + (i / Columns * height));
                plots[i].HideLegend(); // the figure has one for all
                plots[i].RenderManager.ClearCanvasBeforeEachRender = false;
                plots[i].Render(canvas, new PixelRect(left, left + width, top + height, top));
            }

            FigureText.Write(canvas, Title, new(Left, 24), TitleSize, isBold: true, theme.Ink, size.Width - (2 * Left));
            FigureLegend.Draw(canvas, legend, new(Left, 50), size.Width - (2 * Left), theme);
            foreach (var (i, line) in lines.Index())
            {
                var bottom = size.Height - 8 - ((lines.Count - 1 - i) * SourceHeight);
                FigureText.Write(canvas, line, new(Left, bottom), SourceSize, isBold: false, theme.Ink, size.Width - (2 * Left));
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }
}
