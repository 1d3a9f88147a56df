using Coda.Data.Archives;

namespace Coda.Inference.Assimilation;

/// <summary>The form in which a network reads observations.</summary>
public enum NetworkForm
{
    /// <summary>Stretches where the model has that form, else windows.</summary>
    Automatic,

    /// <summary>Contiguous stretches; no window is ever made.</summary>
    Stretch,

    /// <summary>A batch of windows.</summary>
    Window,
}
