using System.Globalization;
using System.Text;
using Coda.Data.Cards;
using Coda.Figures;
using Coda.Figures.Drawing;

namespace Coda.Cli.Watching;

/// <summary>A training as its history in the model's folder shows it, and the pictures of it, which are drawn when they are asked for.</summary>
/// <param name="folder">The model's folder.</param>
/// <param name="source">Of what the pictures are.</param>
/// <remarks>Safe for several threads.</remarks>
internal sealed class WatchedTraining(string folder, FigureSource source)
{
    private const float Fineness = 1.5f; // for screens of today

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Name, string Theme), byte[]> _drawn = [];
    private IReadOnlyList<Figure> _figures = [];
    private string _content = "";
    private string? _version;

    /// <summary>What the page says now.</summary>
    /// <param name="known">The version that is known already; <see langword="null"/> for none.</param>
    /// <returns>HTML, an element of the name <c>content</c>; <see langword="null"/> where nothing has changed.</returns>
    public string? Content(string? known = null)
    {
        lock (_lock)
        {
            Look();
            return known == _version ? null : _content;
        }
    }

    /// <summary>A picture of now.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="theme">Its colours.</param>
    /// <returns>PNG; <see langword="null"/> where there is no such picture.</returns>
    public byte[]? Picture(string name, Theme theme)
    {
        lock (_lock)
        {
            Look();
            if (_figures.FirstOrDefault(figure => figure.Name == name) is not { } figure)
            {
                return null;
            }

            return _drawn.TryGetValue((name, theme.Name), out var png) ? png : _drawn[(name, theme.Name)] = figure.ToPng(theme, scale: Fineness);
        }
    }

    private void Look()
    {
        var file = new FileInfo(Path.Combine(folder, ModelFolder.History));
        var version = file.Exists ? string.Create(CultureInfo.InvariantCulture, $"{file.LastWriteTimeUtc.Ticks:x}-{file.Length:x}") : "none";
        if (version == _version)
        {
            return;
        }

        _drawn.Clear();
        (_version, _figures) = (version, []);
        try
        {
            var history = TrainingHistory.Read(folder);
            _figures = history is { Steps.Count: > 0 } ? TrainingFigures.Of(source, history) : [];
            _content = Content(version, history is { Steps.Count: > 0 } ? Paragraph(Words(history)) : Paragraph("No step is taken yet."));
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            _content = Content(version, $"<p class=\"warning\"><strong>Warning:</strong> {FigureMarkup.Escaped(fault.Message)}</p>");
        }
    }

    private string Content(string version, string words)
    {
        var content = new StringBuilder($"<main id=\"content\" data-version=\"{version}\">{words}");
        foreach (var figure in _figures)
        {
            content.Append(FigureMarkup.Of(figure, theme => $"/figures/{figure.Name}.png?theme={theme.Name}&amp;version={version}"));
        }

        return content.Append("</main>").ToString();
    }

    private static string Paragraph(string text) => $"<p>{FigureMarkup.Escaped(text)}</p>";

    private static string Words(TrainingHistory history)
    {
        var seconds = history.Column(TrainingHistory.Seconds)[^1];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Step {history.Steps[^1]:N0}, in the stage {history.Stages[^1]}{(double.IsFinite(seconds)
                ? $", after {Tables.Duration(TimeSpan.FromSeconds(seconds))} of training" : "")}.");
    }
}
