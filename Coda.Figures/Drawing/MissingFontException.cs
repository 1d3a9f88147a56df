namespace Coda.Figures.Drawing;

/// <summary>No font is installed: text would vanish from every picture without a word.</summary>
public sealed class MissingFontException : IOException
{
    /// <summary>Says how to install one.</summary>
    public MissingFontException()
        : base("Pictures need a font, and none is installed. On Debian and Ubuntu: apt-get install fonts-dejavu-core.")
    {
    }
}
