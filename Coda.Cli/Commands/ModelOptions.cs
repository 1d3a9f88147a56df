using System.CommandLine;
using Coda.Inference.Sessions;
using Coda.Workflows.Progress;

namespace Coda.Cli.Commands;

/// <summary>The options of commands that compute with a trained model: which one, and where. Every such command opens it here.</summary>
/// <param name="isRequired">Whether the command cannot do without one.</param>
/// <param name="which">Which it must be, in words after "model"; any by default.</param>
internal sealed class ModelOptions(bool isRequired = false, string which = "")
{
    /// <summary>The model's folder or name.</summary>
    public Option<string?> Model { get; } = Named(isRequired, which);

    /// <summary>Where ONNX Runtime computes.</summary>
    public Option<string> Device { get; } =
        new("--device") { Description = "Where ONNX Runtime computes: cpu, cuda or cuda:N.", DefaultValueFactory = _ => "cpu" };

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> All => [Model, Device];

    /// <summary>What they demand of each other where a command can do without a model.</summary>
    public OptionRule Rule => new(
        Device, "cpu without --model, for what has no model computes there", "--device cuda",
        parsed => parsed.GetValue(Device) != "cpu" && !parsed.IsGiven(Model));

    /// <summary>The option that names a trained model, for commands that do not compute with it themselves.</summary>
    /// <param name="isRequired">Whether the command cannot do without one.</param>
    /// <param name="which">Which it must be, in words after "model"; any by default.</param>
    public static Option<string?> Named(bool isRequired, string which = "") => new("--model", "-m")
    {
        Description = $"The trained model{which}: its folder, or the name of a released one ('coda models').", HelpName = "DIR|NAME", Required = isRequired,
    };

    /// <summary>Opens the model that was asked for; <see langword="null"/> for none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Told what a run on the device has to change to go on.</param>
    /// <exception cref="ArgumentException">The device cannot be used.</exception>
    public OnnxModel? Open(ParseResult parsed, Terminal terminal) => parsed.GetValue(Model) is null ? null : OpenRequired(parsed, terminal);

    /// <summary>Opens the model of a command that requires one.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Told what a run on the device has to change to go on.</param>
    /// <exception cref="ArgumentException">The device cannot be used.</exception>
    public OnnxModel OpenRequired(ParseResult parsed, Terminal terminal) =>
        terminal.OpenModel(parsed.GetRequiredValue(Model)!, parsed.GetRequiredValue(Device));
}
