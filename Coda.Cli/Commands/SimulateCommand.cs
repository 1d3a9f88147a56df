using System.CommandLine;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Twins;
using Coda.Workflows.Inspecting;
using Coda.Workflows.Simulating;

namespace Coda.Cli.Commands;

/// <summary><c>coda simulate</c>: a twin experiment into an archive.</summary>
public sealed class SimulateCommand : CodaCommand
{
    private readonly Option<string> _output =
        new("--output", "-o") { Description = "The archive's directory; the archive appears in it when it is whole.", HelpName = "DIR", Required = true };
    private readonly Option<string?> _file =
        new("--experiment-file") { Description = "A JSON file with members of a twin experiment; the options here override it.", HelpName = "FILE" };
    private readonly Option<string?> _system = Component("--system", "The system to simulate (lorenz96).");
    private readonly Option<string?> _integrator = Component("--integrator", "The scheme (runge-kutta4).");
    private readonly Option<string?> _operator = Component("--operator", "The observation operator (site-selection).");
    private readonly Option<string?> _network = Component("--observing-network", "Where and when is observed (random-fraction).");
    private readonly Option<string[]> _forcing = new("--forcing")
    {
        Description = "Where a series of the system's forcing comes from: a file with columns time and NAME, or a source such as sine.",
        HelpName = "NAME=FILE|SOURCE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _set = CommonOptions.Set("Set an option of a component, as in system.size=60 or observing-network.fraction=0.5.");
    private readonly Option<int?> _trajectories = new("--trajectories") { Description = "The number of independent trajectories (1)." };
    private readonly Option<long?> _steps = new("--steps") { Description = "The number of steps of each (1000)." };
    private readonly Option<long?> _spinUp = new("--spin-up") { Description = "The number of steps thrown away before (2000)." };
    private readonly Option<double?> _stepLength = new("--step-length") { Description = "The model's time step dt (0.01)." };
    private readonly Option<string?> _sigma = new("--sigma")
    {
        Description = "The standard deviation of the observation error (1): one number, or one for each field of the state, as in x=0.1,z=0.5.",
        HelpName = "VALUE|FIELD=VALUE,...",
    };

    private readonly Option<string?> _errors = CommonOptions.Errors();
    private readonly Option<ulong?> _seed = new("--seed") { Description = "The seed of initial states, observing network and errors (1)." };
    private readonly Option<double?> _withhold = new("--withhold") { Description = "The share of the observations kept from every input, for scoring (0)." };
    private readonly Option<bool> _noTruth = new("--no-truth") { Description = "Write the observations only." };
    private readonly Option<bool> _overwrite = CommonOptions.Overwrite();

    /// <summary>Declares the command.</summary>
    public SimulateCommand()
        : base(
            CommandGroup.Records,
            "simulate",
            "Simulates a truth and noisy, incomplete observations of it, and writes both into an archive. 'coda systems' lists the components.",
            "coda simulate --trajectories 8 --steps 1000 --seed 7 --output out/test",
            "coda simulate --system lorenz96-two-level --operator site-selection --set operator.field=x --trajectories 100 --steps 600 --output out/two-level",
            "coda simulate --system driven-pendulum --step-length 0.05 --steps 2000 --sigma 0.1 --output out/pendulum",
            "coda simulate --system lorenz96 --set system.size=60 observing-network.fraction=0.1 --sigma 0.5 --no-truth --output out/sparse")
    {
        foreach (Option option in new Option[]
        {
            _output, _file, _system, _integrator, _operator, _network, _forcing, _set,
            _trajectories, _steps, _spinUp, _stepLength, _sigma, _errors, _seed, _withhold, _noTruth,
            _overwrite,
        })
        {
            Add(option);
        }

        Rules =
        [
            OptionRule.SetsOnce(_set),
            OptionRule.ShortFor(_system, _set, "system"),
            OptionRule.ShortFor(_integrator, _set, "integrator"),
            OptionRule.ShortFor(_operator, _set, "operator"),
            OptionRule.ShortFor(_network, _set, "observingNetwork"),
            OptionRule.ShortFor(_trajectories, _set, "trajectoryCount"),
            OptionRule.ShortFor(_steps, _set, "stepCount"),
            OptionRule.ShortFor(_spinUp, _set, "spinUpSteps"),
            OptionRule.ShortFor(_stepLength, _set, "stepLength"),
            OptionRule.ShortFor(_sigma, _set, "sigma"),
            OptionRule.ShortFor(_errors, _set, "errors"),
            OptionRule.ShortFor(_seed, _set, "seed"),
            OptionRule.ShortFor(_withhold, _set, "withheld"),
            OptionRule.ShortFor(_withhold, _set, "withheld.fraction"),
        ];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var job = new SimulateJob(Experiment(arguments), arguments.GetRequiredValue(_output))
        {
            HasTruth = !arguments.GetValue(_noTruth),
            Overwrite = arguments.GetValue(_overwrite),
            Provenance = arguments.CommandLine(),
        };
        var result = SimulateWorkflow.Run(job, terminal, cancellation);
        var experiment = result.Experiment;
        terminal.Result(result, console => console.Facts(
            $"Archive {result.Archive}",
            ("system", $"{experiment.System.Name} ({result.Description.Layout})"),
            ("record", $"{experiment.TrajectoryCount} x {experiment.StepCount} steps of {experiment.StepLength}"),
            ("observations", $"{Tables.Count(result.Observations)} rows, {result.Description.SiteCount} sites, "
                + $"sigma {result.Description.DescribeSigma() ?? "0"}"),
            ("errors", result.Description.DescribeErrors()),
            ("withheld", experiment.Withheld.Fraction > 0 ? $"{experiment.Withheld.Fraction}" : null),
            ("forcing", ForcingWords.Of(result.Description)),
            ("truth", result.Truth > 0 ? $"{Tables.Count(result.Truth)} rows" : "none")));
    }

    private TwinExperiment Experiment(ParseResult arguments)
    {
        var experiment = arguments.GetValue(_file) is { } file
            ? CodaJson.Read<TwinExperiment>(CommonOptions.RequireFile(file, "a twin experiment's JSON file")) : new TwinExperiment();
        var errors = ImportSpelling.Errors(arguments.GetValue(_sigma), null, arguments.GetValue(_errors), allowsNone: true);
        experiment = MemberSettings.Apply(
            experiment with
            {
                System = Chosen(arguments, _system) ?? experiment.System,
                Integrator = Chosen(arguments, _integrator) ?? experiment.Integrator,
                Operator = Chosen(arguments, _operator) ?? experiment.Operator,
                ObservingNetwork = Chosen(arguments, _network) ?? experiment.ObservingNetwork,
                Forcing = Forcing(arguments, experiment),
                TrajectoryCount = arguments.GetValue(_trajectories) ?? experiment.TrajectoryCount,
                StepCount = arguments.GetValue(_steps) ?? experiment.StepCount,
                SpinUpSteps = arguments.GetValue(_spinUp) ?? experiment.SpinUpSteps,
                StepLength = arguments.GetValue(_stepLength) ?? experiment.StepLength,
                Sigma = errors.Sigma ?? experiment.Sigma,
                Errors = errors.Errors ?? experiment.Errors,
                Fields = Merged(experiment.Fields, errors.Fields),
                Seed = arguments.GetValue(_seed) ?? experiment.Seed,
            },
            arguments.GetValue(_set) ?? []);
        return arguments.GetValue(_withhold) is { } share ? experiment with { Withheld = new Withholding(share, experiment.Seed) } : experiment;
    }

    // What the options say of a field goes before what the file says.
    private static SortedDictionary<string, ObservedField>? Merged(
        SortedDictionary<string, ObservedField>? fields, SortedDictionary<string, ObservedField>? given)
    {
        foreach (var (name, own) in given ?? [])
        {
            var other = (fields ??= new(StringComparer.Ordinal)).GetValueOrDefault(name);
            fields[name] = new() { Sigma = own.Sigma ?? other?.Sigma, Unit = other?.Unit, Errors = own.Errors ?? other?.Errors };
        }

        return fields;
    }

    private Dictionary<string, Component>? Forcing(ParseResult arguments, TwinExperiment experiment)
    {
        var forcing = experiment.Forcing?.ToDictionary() ?? [];
        foreach (var text in arguments.GetValue(_forcing) ?? [])
        {
            var border = text.IndexOf('=', StringComparison.Ordinal);
            if (border < 1)
            {
                throw new ArgumentException($"--forcing: expected NAME=FILE or NAME=SOURCE, got '{text}'.");
            }

            var (name, source) = (text[..border], text[(border + 1)..]);
            forcing[name] = File.Exists(source)
                ? new Component("series", new() { ["file"] = source, ["column"] = name })
                : MemberSettings.Component(source);
        }

        return forcing.Count > 0 ? forcing : null;
    }

    private static Option<string?> Component(string name, string description) =>
        new(name) { Description = $"{description} A name, or JSON with name and options.", HelpName = "NAME" };

    private static Component? Chosen(ParseResult arguments, Option<string?> option) =>
        arguments.GetValue(option) is { } text ? MemberSettings.Component(text) : null;
}
