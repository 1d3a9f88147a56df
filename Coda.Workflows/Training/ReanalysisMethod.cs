using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Classical.Variational;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Stages;

namespace Coda.Workflows.Training;

/// <summary>The method that analyzes a training record, with the model that the joint stage ended in.</summary>
internal static class ReanalysisMethod
{
    private const string Network = "network";

    /// <summary>The method with its options, and whether it reads the exported model.</summary>
    /// <param name="run">The training.</param>
    /// <param name="model">Where the joint stage ended.</param>
    public static (Component Method, bool UsesModel) Of(TrainState run, TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(model);
        var fit = run.Job.Experiment.Reanalysis!;
        return fit.Method is { } named
            ? Of(named, run.Job.Experiment, model.Parameters, model.PartOf<Correction>() is not null, run.Sigma)
            : (Polish(fit, run.Sigma), true);
    }

    /// <summary>The method that makes the states to which a sequential analysis, an auto-encoder or a score is fitted, by the experiment's system as it
    /// stands.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="sigma">The standard deviation of the errors, where it is not the archive's.</param>
    public static Component OfSystem(Experiment experiment, double? sigma)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        var named = experiment.Score?.Method ?? experiment.AutoEncoder?.Method ?? experiment.Cycle?.Method
            ?? new Component("iterated-extended-smoother", new JsonObject { ["hasSpread"] = false });
        return Of(named, experiment, new Dictionary<string, double>(), hasCorrection: false, sigma).Method;
    }

    /// <summary>The method that makes the states to which an emulator is fitted: by the experiment's system, or by the emulator before.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="sigma">The standard deviation of the errors, where it is not the archive's.</param>
    /// <param name="isFirst">Whether there is no emulator yet.</param>
    public static Component OfEmulator(Experiment experiment, double? sigma, bool isFirst)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        var fit = experiment.Emulator!;
        var named = isFirst ? fit.FirstMethod ?? fit.Method : fit.Method;
        var (known, options) = (OptionsOf(named), (JsonObject)(named.Options?.DeepClone() ?? new JsonObject()));
        if (known.GetProperty("Sigma") is not null && !options.ContainsKey("sigma"))
        {
            Add(options, "sigma", sigma);
        }

        if (isFirst && known.IsAssignableTo(typeof(ForecastingOptions)) && !options.ContainsKey("system") && !options.ContainsKey("forecastModel"))
        {
            options["system"] = JsonSerializer.SerializeToNode(experiment.System, CodaJson.Options);
            options["integrator"] ??= JsonSerializer.SerializeToNode(experiment.Integrator, CodaJson.Options);
        }

        return new Component(named.Name, options);
    }

    /// <summary>Refuses, before the joint stage begins, a method or options that there are not.</summary>
    /// <param name="job">The training.</param>
    /// <exception cref="ArgumentException">There is no such method, or an option is none of it.</exception>
    public static void Check(TrainJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (job.Experiment is { Reanalysis.Method: { } named } experiment
            && Of(named, experiment, new Dictionary<string, double>(), hasCorrection: false, experiment.Sigma) is { UsesModel: false } alone)
        {
            AssimilationMethod.Catalog.Create(alone.Method, new AnalysisContext(job.Archive));
        }

        // That of later cycles of an emulator, too, which nobody makes before the first emulator is there.
        foreach (var (member, method) in new[] { ("method", job.Experiment.Emulator?.Method), ("firstMethod", job.Experiment.Emulator?.FirstMethod) })
        {
            if (method is not null && OptionsOf(method) is not null && AssimilationMethod.Catalog.OptionFaults(method) is { } fault)
            {
                throw new ArgumentException($"emulator.{member}: {method.Name}: {fault}.");
            }
        }
    }

    private static Component Polish(ReanalysisFit fit, double? sigma)
    {
        var options = new JsonObject { ["hasSpread"] = false };
        Add(options, "modelErrorVariance", fit.ModelErrorVariance);
        Add(options, "sigma", sigma);
        return new Component("polished", options);
    }

    // A bare simulator is advanced as such, with the trained parameters, many times as fast as through its graph.
    private static (Component Method, bool UsesModel) Of(
        Component named, Experiment experiment, IReadOnlyDictionary<string, double> parameters, bool hasCorrection, double? sigma)
    {
        var (known, options) = (OptionsOf(named), (JsonObject)(named.Options?.DeepClone() ?? new JsonObject()));
        if (known.GetProperty("Sigma") is not null && !options.ContainsKey("sigma"))
        {
            Add(options, "sigma", sigma);
        }

        if (options.ContainsKey("system") || !known.IsAssignableTo(typeof(ForecastingOptions)))
        {
            return (new Component(named.Name, options), named.Name == Network);
        }

        // A first guess of its own, and a model by name, take what the trained model gives.
        if (known == typeof(PolishedMethod.Options) || known.GetProperty("FirstGuess") is not null || options.ContainsKey("forecastModel") || hasCorrection
            || ParameterOptions.With(experiment.System, parameters) is not { } system)
        {
            return (new Component(named.Name, options), true);
        }

        options["system"] = JsonSerializer.SerializeToNode(system, CodaJson.Options);
        options["integrator"] ??= JsonSerializer.SerializeToNode(experiment.Integrator, CodaJson.Options);
        return (new Component(named.Name, options), false);
    }

    private static Type OptionsOf(Component method) => AssimilationMethod.Catalog.TypeOf(method.Name).GetNestedType("Options")!;

    private static void Add(JsonObject options, string name, double? value)
    {
        if (value is { } number)
        {
            options[name] = number;
        }
    }
}
