using System.CommandLine;
using System.Globalization;
using Coda.Classical.Tuning;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Sessions;
using Coda.Workflows.Analyzing;
using Coda.Workflows.Estimating;

namespace Coda.Cli.Commands;

/// <summary><c>coda estimate</c>: a simulator's parameters, from observations and a trained model's analyses of them, or from a short record alone.</summary>
public sealed class EstimateCommand : CodaCommand
{
    private readonly Option<string> _archive = CommonOptions.Archive();
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly ModelOptions _model = new();
    private readonly Option<string?> _system = new("--system")
    {
        Description = "The system to fit to a short record where there is no trained model, as in lotka-volterra or sir:population=763 (the archive's).",
        HelpName = "NAME[:OPTION=VALUE,...]",
    };

    private readonly Option<string[]> _parameters = new("--parameters")
    {
        Description = "The parameters, as in F or F=7.5 to start from another value than the model's; by default those that the model was trained with. "
            + "Without a model all are estimated, and entries of the initial state may be named, too: NAME=VALUE to start from. "
            + "In windows (--method) those to estimate are named, and are parameters only.",
        HelpName = "NAME[=VALUE]",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _prior = new("--prior")
    {
        Description = "Without a model: what is known of a parameter, or of an entry of the initial state, its mean and deviation as in a=1:0.5; without a "
            + "deviation, as in infected=1, it is that value. By default little is known, about a factor of ten.",
        HelpName = "NAME=MEAN[:DEVIATION]",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<double?> _initialTime = new("--initial-time")
    {
        Description = "Without a model: the time of the initial state, before the record's first, which is the default.", HelpName = "TIME",
    };

    private readonly Option<double?> _sigma = new("--sigma")
    {
        Description = "The standard deviation of the observations' errors, in place of the archive's; where neither says it, it is estimated.",
        HelpName = "VALUE",
    };

    private readonly Option<int> _starts = new("--starts")
    {
        Description = "Without a model: the number of starts, the first as given, the others around it.", HelpName = "COUNT", DefaultValueFactory = _ => 8,
    };

    private readonly Option<bool> _keep = new("--keep")
    {
        Description = "Without a model: let the archive name the system with the estimates, and the size of errors that was estimated, so that "
            + "'coda analyze' and 'coda forecast' use them.",
    };

    private readonly Option<bool> _analyses = new("--analyses")
    {
        Description = "Without a model: write the solution that was fitted into the archive as its analyses, with their spread.",
    };

    private readonly Option<string?> _method = new("--method")
    {
        Description = "Without a model: estimate in windows of 4D-Var that share the parameters, each from the analysis of this filter; for states of any "
            + "size, and by default for those of more than 1000 entries (eakf:members=25,radius=10,inflation=1.03,start=freeRun).",
        HelpName = MethodChoice.HelpName,
    };

    private readonly Option<bool> _likelihood = new("--likelihood")
    {
        Description = "Without a model: estimate by the likelihood of the innovations of the extended Kalman filter in windows, and with the parameters the "
            + "variance of the model's error; from starts that no trajectory of the model fits. Names of parameters may end with *, as in 'h1.*'.",
    };

    private readonly Option<double?> _modelError = new("--model-error")
    {
        Description = "With --likelihood: the variance of the model's error in one step to start from (0.1).", HelpName = "VARIANCE",
    };

    private readonly Option<int?> _window = new("--window")
    {
        Description = "With --method or --likelihood: the steps of a window (those of 20 times with observations; 500 with --likelihood).",
        HelpName = "STEPS",
    };

    private readonly Option<int?> _windows = new("--windows")
    {
        Description = "With --method or --likelihood: the most windows of a trajectory, one after another (all that there is room for).",
        HelpName = "COUNT",
    };

    private readonly Option<int?> _margin = new("--margin")
    {
        Description = "With --method: the steps of a trajectory before its first window, in which the filter finds the truth (a fifth); with --likelihood "
            + "those at the start of a window, which do not count (a tenth).",
        HelpName = "STEPS",
    };

    private readonly Option<int?> _rounds = new("--rounds")
    {
        Description = "With --method, which is to be given: the most times that the filter runs, each with the estimates of the round before (4).",
        HelpName = "COUNT",
    };

    private readonly Option<int?> _trajectories = new("--trajectories") { Description = "The number of the archive's first trajectories to take (all)." };
    private readonly Option<string?> _grossCheck = CommonOptions.GrossCheck();
    private readonly Option<int> _workers = CommonOptions.Workers();

    /// <summary>Declares the command.</summary>
    public EstimateCommand()
        : base(
            CommandGroup.Models,
            "estimate",
            "Estimates parameters: of a trained model's simulator (--model), with Gauss-Newton passes over states and parameters at once from the model's "
                + "analyses, where 'coda train --refine' takes the estimates into the model; or of a system (--system) from a short record alone, by one "
                + "solution of the system, with errors and what the observations do not determine; of fields too large for one solution, in windows that "
                + "start from a filter's analyses (--method).",
            "coda estimate --archive out/training --model models/lorenz96 --trajectories 50",
            "coda estimate --archive out/hares --system lotka-volterra --parameters a=1 b=0.1 c=1 d=0.1 --keep",
            "coda estimate --archive out/flow --parameters nu=0.05 --method eakf:members=20,radius=3 --keep")
    {
        foreach (Option option in (Option[])
        [
            _archive, _noVerify, .. _model.All,
            _system, _parameters, _prior, _initialTime, _sigma, _starts, _keep, _analyses, _method, _likelihood, _modelError, _window, _windows, _margin,
            _rounds, _trajectories, _grossCheck, _workers,
        ])
        {
            Add(option);
        }

        Rules =
        [
            .. new Option[] { _system, _prior, _initialTime, _starts, _keep, _analyses, _method, _likelihood }
                .Select(option => OptionRule.Excludes(option, _model.Model, "which has its own system and start")),
            .. new Option[] { _prior, _initialTime, _starts, _analyses }
                .Select(option => OptionRule.Excludes(option, _method, "whose windows start from the filter's analyses")),
            .. new Option[] { _prior, _initialTime, _starts, _analyses, _method }
                .Select(option => OptionRule.Excludes(option, _likelihood, "which has a filter of its own")),
            OptionRule.Needs(_modelError, _likelihood),
            OptionRule.Needs(_rounds, _method),
            .. new Option[] { _window, _windows, _margin }.Select(option => OptionRule.Ignored(
                option, "without --method or --likelihood", "", parsed => !parsed.IsGiven(_method) && !parsed.GetValue(_likelihood))),
            _model.Rule,
        ];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_archive), verifies: !arguments.GetValue(_noVerify));
        var observations = new PlausibleObservations(archive, CommonOptions.DeviationsOf(arguments.GetValue(_grossCheck)));
        using var model = _model.Open(arguments, terminal);
        if (model is null)
        {
            Fit(arguments, archive, observations, terminal, cancellation);
        }
        else
        {
            Estimate(arguments, archive, observations, model, terminal, cancellation);
        }
    }

    private void Estimate(
        ParseResult arguments, ParquetArchive archive, PlausibleObservations observations, OnnxModel model, Terminal terminal, CancellationToken cancellation)
    {
        var job = new EstimateJob(
            observations, model, arguments.GetValue(_parameters) is { Length: > 0 } given ? [.. Starts(model.Card, given)] : EstimateJob.StartsOf(model))
        {
            Trajectories = arguments.GetValue(_trajectories),
            Workers = arguments.GetValue(_workers),
            Sigma = arguments.GetValue(_sigma),
        };
        var estimates = EstimateWorkflow.Run(job, terminal, cancellation);
        terminal.Result(estimates, console => FitTable.Show(console, estimates, $"Parameters of {model.Card.System.Name}, from {archive.Path}"));
    }

    private void Fit(ParseResult arguments, ParquetArchive archive, PlausibleObservations observations, Terminal terminal, CancellationToken cancellation)
    {
        var description = archive.Description;
        var system = arguments.GetValue(_system) is { } text ? MemberSettings.Component(text) : description.System ?? throw new ArgumentException(
            "Expected --system NAME, as the archive names no system, or a trained model (--model DIR), got neither. 'coda systems system' lists the systems.");
        if (arguments.GetValue(_likelihood))
        {
            EstimateByLikelihood(arguments, archive, observations, system, terminal, cancellation);
            return;
        }

        if (arguments.IsGiven(_method) || DynamicalSystem.Catalog.Create(system).Layout.Size > RecordFit.MostUnknowns)
        {
            EstimateInWindows(arguments, archive, observations, system, terminal, cancellation);
            return;
        }

        var result = FitWorkflow.Run(
            new FitJob(observations, system)
            {
                Options = new RecordFit.Options
                {
                    Starts = [.. (arguments.GetValue(_parameters) ?? []).Select(given => NumberOf("--parameters", given))],
                    Priors = [.. (arguments.GetValue(_prior) ?? []).Select(PriorOf)],
                    Sigma = arguments.GetValue(_sigma),
                    InitialStep = arguments.GetValue(_initialTime) is { } time
                        ? CommonOptions.Steps("--initial-time", new TimeAxis(description.StepLength), time) : null,
                    StartCount = arguments.GetValue(_starts),
                },
                Trajectories = arguments.GetValue(_trajectories),
                Workers = arguments.GetValue(_workers),
                KeepsIn = arguments.GetValue(_keep) ? archive : null,
                WritesTo = arguments.GetValue(_analyses) ? archive : null,
            },
            terminal,
            cancellation);
        terminal.Result(result, console => FitTable.Show(console, result, $"{system.Name}, fitted to {archive.Path}", description.ErrorModels()));
    }

    private void EstimateInWindows(
        ParseResult arguments, ParquetArchive archive, PlausibleObservations observations, Component system, Terminal terminal, CancellationToken cancellation)
    {
        if (new Option[] { _prior, _initialTime, _starts, _analyses }.FirstOrDefault(option => arguments.IsGiven(option)) is { } unused)
        {
            throw new ArgumentException($"{unused.Name}: expected none for states of more than {RecordFit.MostUnknowns} entries, which are estimated in "
                + "windows from a filter's analyses (--method), got one.");
        }

        var estimates = WindowEstimateWorkflow.Run(
            new WindowEstimateJob(observations, system, new WindowEstimation.Options
            {
                Starts = [.. Named(system, arguments.GetValue(_parameters) ?? [])],
                FirstGuess = MethodChoice.Of(arguments.GetValue(_method) ?? "eakf:members=25,radius=10,inflation=1.03,start=freeRun"),
                Sigma = arguments.GetValue(_sigma),
                WindowSteps = arguments.GetValue(_window),
                WindowsPerTrajectory = arguments.GetValue(_windows),
                MarginSteps = arguments.GetValue(_margin),
                Rounds = arguments.GetValue(_rounds) ?? 4,
            })
            {
                Trajectories = arguments.GetValue(_trajectories),
                Workers = arguments.GetValue(_workers),
                KeepsIn = arguments.GetValue(_keep) ? archive : null,
            },
            terminal,
            cancellation);
        terminal.Result(estimates, console => FitTable.Show(console, estimates, $"Parameters of {system.Name}, from {archive.Path}"));
    }

    private void EstimateByLikelihood(
        ParseResult arguments, ParquetArchive archive, PlausibleObservations observations, Component system, Terminal terminal, CancellationToken cancellation)
    {
        var options = new LikelihoodEstimation.Options
        {
            Starts = [.. Named(system, arguments.GetValue(_parameters) ?? [])],
            Sigma = arguments.GetValue(_sigma),
            MarginSteps = arguments.GetValue(_margin),
            WindowsPerTrajectory = arguments.GetValue(_windows),
        };
        var estimates = LikelihoodEstimateWorkflow.Run(
            new LikelihoodEstimateJob(observations, system, options with
            {
                WindowSteps = arguments.GetValue(_window) ?? options.WindowSteps,
                ModelErrorVariance = arguments.GetValue(_modelError) ?? options.ModelErrorVariance,
            })
            {
                Trajectories = arguments.GetValue(_trajectories),
                Workers = arguments.GetValue(_workers),
                KeepsIn = arguments.GetValue(_keep) ? archive : null,
            },
            terminal,
            cancellation);
        terminal.Result(estimates, console => FitTable.Show(console, estimates, $"Parameters of {system.Name}, from {archive.Path}"));
    }

    // Parameters of a system that the user named, perhaps with values to start from, or several by the beginning of their names.
    private static IEnumerable<KeyValuePair<string, double>> Named(Component system, IEnumerable<string> given)
    {
        var numbers = DynamicalSystem.Catalog.Create(system).Parameters;
        var none = given.FirstOrDefault(text => text.EndsWith('*') && !numbers.Any(p => NameBeginning.Means(text, p.Name)));
        new Faults("--parameters").Require(none is null, "names", $"those that begin parameters of '{system.Name}' ({string.Join(", ", numbers.Select(p =>
            p.Name))})", none).ThrowIfAny();
        return given.SelectMany(text => text.EndsWith('*')
            ? numbers.Where(p => NameBeginning.Means(text, p.Name)).Select(p => KeyValuePair.Create(p.Name, p.Default))
            : text.Contains('=', StringComparison.Ordinal) ? [NumberOf("--parameters", text)]
            : [KeyValuePair.Create(text, numbers.FirstOrDefault(p => p.Name == text)?.Default ?? 0)]);
    }

    private static FitPrior PriorOf(string text)
    {
        var parts = text.Split(':', 2);
        var (name, mean) = NumberOf("--prior", parts[0]);
        return parts.Length == 1 ? new FitPrior(name, mean) : new FitPrior(name, mean, NumberOf("--prior", $"{name}={parts[1]}").Value);
    }

    private static KeyValuePair<string, double> NumberOf(string option, string text) =>
        text.Split('=', 2) is [var name, var number] && double.TryParse(number, CultureInfo.InvariantCulture, out var value)
            ? KeyValuePair.Create(name, value)
            : throw new ArgumentException($"{option}: expected NAME=NUMBER, got '{text}'.");

    // Names that the user gave, perhaps with values to start from.
    private static IEnumerable<KeyValuePair<string, double>> Starts(ModelCard card, IReadOnlyList<string> given)
    {
        foreach (var text in given)
        {
            var parts = text.Split('=', 2);
            var start = card.Parameters.TryGetValue(parts[0], out var value)
                ? value
                : throw new ArgumentException($"--parameters: expected one of {string.Join(", ", card.Parameters.Keys)}, got '{parts[0]}'.");
            if (parts.Length == 2 && !double.TryParse(parts[1], CultureInfo.InvariantCulture, out start))
            {
                throw new ArgumentException($"--parameters: expected {parts[0]}=NUMBER, got '{text}'.");
            }

            yield return KeyValuePair.Create(parts[0], start);
        }
    }
}
