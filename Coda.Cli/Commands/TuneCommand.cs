using System.CommandLine;
using Coda.Classical.Tuning;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Inference.Sessions;
using Coda.Workflows.Tuning;

namespace Coda.Cli.Commands;

/// <summary><c>coda tune</c>: the options of a method that fit withheld observations best.</summary>
public sealed class TuneCommand : CodaCommand
{
    private readonly Option<string> _archive = CommonOptions.Archive();
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly Option<string> _method =
        new("--method") { Description = "The method ('coda methods' lists them).", HelpName = MethodChoice.HelpName, Required = true };
    private readonly Option<string[]> _set = CommonOptions.Set("Fix an option of the method, as in lag=50.");
    private readonly Option<string[]> _sweep = new("--sweep")
    {
        Description = "Values to try for an option, as in inflation=1,1.01,1.02; by default those that 'coda methods' names. "
            + "Several options: every combination. May be repeated.",
        HelpName = "OPTION=V1,V2,...",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly ModelOptions _model = new();
    private readonly Option<string?> _grossCheck = CommonOptions.GrossCheck();
    private readonly Option<int> _margin = new("--margin") { Description = "The number of steps left out at each end of the record." };
    private readonly Option<string?> _output =
        new("--output", "-o") { Description = "The file for the best choice (tuned/METHOD.json), for 'coda analyze --method FILE'.", HelpName = "FILE" };
    private readonly Option<int> _workers = CommonOptions.Workers();

    /// <summary>Declares the command.</summary>
    public TuneCommand()
        : base(
            CommandGroup.Training,
            "tune",
            "Tries options of a method and keeps those whose analyses fit the withheld observations best; no truth is read. "
                + "A choice that diverges is listed as such. Ranks that mpirun or srun starts divide the choices.",
            "coda tune --archive out/tuning --method enks --set lag=50 --margin 400",
            "coda tune --archive out/tuning --method letkf --sweep inflation=1,1.01,1.02 --sweep radius=4,8 --output letkf.json")
    {
        foreach (Option option in (Option[])[_archive, _noVerify, _method, _set, _sweep, .. _model.All, _grossCheck, _margin, _output, _workers])
        {
            Add(option);
        }

        RunsOverRanks = true;
        Rules =
        [
            _model.Rule,
            OptionRule.IsHere(_output),
            OptionRule.SetsOnce(_set),
            OptionRule.SetsOnce(_sweep),
            new(
                _set, "options that --sweep does not vary", "--set lag=1 --sweep lag=1,2",
                parsed => Members(parsed, _set).Intersect(Members(parsed, _sweep)).Any()),
        ];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_archive), verifies: !arguments.GetValue(_noVerify));
        using var model = _model.Open(arguments, terminal);
        var job = new TuneJob(archive, MethodChoice.Of(arguments.GetRequiredValue(_method)).With(arguments.GetValue(_set) ?? []))
        {
            Sweeps = arguments.GetValue(_sweep) is { Length: > 0 } given ? [.. given.Select(Sweep)] : null,
            Model = model,
            GrossCheck = CommonOptions.DeviationsOf(arguments.GetValue(_grossCheck)),
            Margin = arguments.GetValue(_margin),
            Ranks = terminal.Ranks,
            Workers = arguments.GetValue(_workers),
            Output = arguments.GetValue(_output),
            Command = arguments.CommandLine(),
        };
        var (path, best, trials, sweeps) = TuneWorkflow.Run(job, terminal, cancellation);
        var parts = trials.SelectMany(t => t.Parts).ToList();
        terminal.Result(new { file = path, best = best.Method, trials }, console =>
        {
            console.Numbers(
                ($"{job.Method.DescribeOptions()} {archive.Path}, against the withheld observations; "
                    + $"{MisfitCells.Legend} ({MisfitCells.How(best.Scores)})").TrimStart(),
                ["tried", .. PartCells.Heads(parts), .. MisfitCells.Heads, "ms a step", ""],
                trials.SelectMany(t => t.Parts.Select(part => Row(t, sweeps, ReferenceEquals(t, best), part, parts))));
            console.Facts($"Best: {path}", ("method", best.Method.Name), ("model", best.Model), ("options", best.Method.DescribeOptions()));
        });
    }

    private static IEnumerable<string> Members(ParseResult parsed, Option<string[]> option) => (parsed.GetValue(option) ?? []).Select(OptionRule.MemberOf);

    private static OptionSweep Sweep(string text)
    {
        var border = text.IndexOf('=', StringComparison.Ordinal);
        var values = border > 0 ? text[(border + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries) : [];
        return values.Length == 0
            ? throw new ArgumentException($"--sweep: expected OPTION=VALUE,VALUE,..., got '{text}'.")
            : new OptionSweep(Name(values[0]), [.. values.Select(v => MemberSettings.Component("", [$"{text[..border]}={v}"]).Options!.Single().Value!)]);

        string Name(string value) => MemberSettings.Component("", [$"{text[..border]}={value}"]).Options!.Single().Key;
    }

    private static string[] Row(MethodTrial trial, IReadOnlyList<OptionSweep> sweeps, bool isBest, ScoredPart? part, IReadOnlyCollection<ScoredPart?> parts) =>
    [
        new Component("", [.. trial.Method.Options!.Where(o => sweeps.Any(s => s.Option == o.Key))
            .Select(o => KeyValuePair.Create(o.Key, o.Value?.DeepClone()))]).DescribeOptions(),
        .. PartCells.Of(part, parts),
        .. MisfitCells.Of(score => trial.Find(score, part)),
        trial.Failure is null ? Tables.Number(1e3 * trial.Seconds / Math.Max(trial.States, 1)) : "-",
        trial.Failure is { } why ? $"failed: {why}" : isBest ? "best"
            : trial.Diverged.Count > 0 ? $"{trial.Diverged.Count} of {trial.Trajectories} diverged"
            : trial.Unsound > 0 ? $"{trial.Unsound} of {trial.Stretches} unsound" : "",
    ];
}
