namespace Coda.Figures.Drawing;

/// <summary>Shows figures in notebooks, which call these members by their names.</summary>
internal sealed class FigureFormatterSource
{
    /// <summary>One formatter, for HTML.</summary>
    public IEnumerable<object> CreateTypeFormatters() => [new HtmlFormatter()];

    private sealed class HtmlFormatter
    {
        /// <summary>The form it writes.</summary>
        public string MimeType => "text/html";

        /// <summary>Writes a figure as HTML.</summary>
        /// <param name="instance">The figure.</param>
        /// <param name="writer">Where to.</param>
        /// <returns>Whether it was one.</returns>
        public bool Format(object instance, TextWriter writer)
        {
            if (instance is not Figure figure)
            {
                return false;
            }

            writer.Write(FigureMarkup.Of(figure));
            return true;
        }
    }
}
