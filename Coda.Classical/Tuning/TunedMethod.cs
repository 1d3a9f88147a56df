using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Classical.Tuning;

/// <summary>A method with the options that scored best: the file that <c>coda tune</c> writes and <c>--method FILE</c> reads.</summary>
public sealed record TunedMethod
{
    /// <summary>The method and its options.</summary>
    public required Component Method { get; init; }

    /// <summary>Its root mean square misfit against the withheld observations, their noise included; of fields of different units, over their σ.</summary>
    public double Misfit { get; init; }

    /// <summary>Its RMSE against them, their noise's variance taken off; nothing where that is not resolved.</summary>
    public double? RootMeanSquareError { get; init; }

    /// <summary>The seed and provenance of the observations that it was tuned on, in words.</summary>
    public string Archive { get; init; } = "";

    /// <summary>The command that tuned it.</summary>
    public string Command { get; init; } = "";

    /// <summary>Every choice that was tried with its misfit; nothing where it diverged.</summary>
    public IReadOnlyList<Choice> Tried { get; init; } = [];

    /// <summary>One choice of options.</summary>
    /// <param name="Options">The options that differ from the method's defaults.</param>
    /// <param name="Misfit">Its misfit.</param>
    public sealed record Choice(JsonObject? Options, double? Misfit);
}
