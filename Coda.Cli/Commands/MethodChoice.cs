using Coda.Classical.Tuning;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;

namespace Coda.Cli.Commands;

/// <summary>Reads how a user names a method: NAME, NAME:OPTION=VALUE,OPTION=VALUE, or the file that <c>coda tune</c> wrote.</summary>
internal static class MethodChoice
{
    private const string Network = "network";
    private const string Cycle = "cycle";
    private const string Latent = "latent-three-dvar";
    private const string Score = "score-based-sampler";

    /// <summary>What the help calls it.</summary>
    public const string HelpName = "NAME[:OPTION=VALUE,...]|FILE";

    /// <summary>The method and the options that are given.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no tuned method.</exception>
    /// <exception cref="ArgumentException">An option without a value.</exception>
    public static Component Of(string text)
    {
        if (text.EndsWith(".json", StringComparison.Ordinal))
        {
            return CodaJson.Read<TunedMethod>(CommonOptions.RequireFile(text, "a tuned method, as 'coda tune' writes one")).Method;
        }

        return MemberSettings.Component(text);
    }

    /// <summary>The name alone, without options; <see langword="null"/> where nothing was written, a file's name where that was.</summary>
    /// <param name="text">What the user wrote.</param>
    public static string? NameOf(string? text) => text?.Split(':', 2)[0];

    /// <summary>The method with more options, which win.</summary>
    /// <param name="method">The method.</param>
    /// <param name="settings">Texts of the form option=value.</param>
    public static Component With(this Component method, IEnumerable<string> settings)
    {
        var options = (System.Text.Json.Nodes.JsonObject)(method.Options?.DeepClone() ?? new System.Text.Json.Nodes.JsonObject());
        foreach (var (name, value) in MemberSettings.Component(method.Name, settings).Options?.ToList() ?? [])
        {
            options[name] = value?.DeepClone();
        }

        return new Component(method.Name, options.Count > 0 ? options : null);
    }

    /// <summary>The method that a model's network is: one that reads windows, a sequential analysis, an auto-encoder, or a score.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="ArgumentException">It is an emulator, with which other methods assimilate.</exception>
    public static string Own(OnnxModel model) =>
        model.Has(ModelRoles.Analysis) ? Network : model.Has(ModelRoles.Cycle) ? Cycle : model.Has(ModelRoles.Encoder) ? Latent
            : model.Has(ModelRoles.Score) ? Score : !model.Card.IsEmulator ? Network : throw new ArgumentException(
                $"Model '{model.Card.Name}': expected --method NAME, the method that assimilates with it, got none: it is an emulator of a step, a forecast "
                    + "model (for example --method etkf).");
}
