namespace Coda.Figures.Drawing;

/// <summary>Tells notebooks how a type shows itself; they find the attribute by its name, so that no package of theirs is needed.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    /// <summary>What makes the formatters.</summary>
    public Type FormatterSourceType { get; } = formatterSourceType;

    /// <summary>The forms that are shown where a notebook has the choice.</summary>
    public string[] PreferredMimeTypes { get; } = ["text/html"];
}
