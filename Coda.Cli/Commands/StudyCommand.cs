using System.CommandLine;
using System.Globalization;
using Coda.Data.Archives.Runs;
using Coda.Data.Foundation;
using Coda.Workflows.Studying;

namespace Coda.Cli.Commands;

/// <summary><c>coda study</c>: a sweep of training runs and their scores.</summary>
public sealed class StudyCommand : CodaCommand
{
    private readonly Argument<string?> _name = new("name") { Description = "The study; without it they are listed.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _output =
        new("--output", "-o") { Description = "The folder for records, models and results (out/studies/NAME).", HelpName = "DIR" };
    private readonly Option<ulong[]> _seeds =
        new("--seeds") { Description = "The seeds, in place of the study's own.", HelpName = "N", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _only = new("--only")
    {
        Description = "Points of an axis to keep, as in F_true=4,8,12; all by default. May be repeated.", HelpName = "AXIS=V1,V2,...",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _set = CommonOptions.Set("Set a member of every cell, as in experiment.steps=1000 or refine=0.");
    private readonly Option<string?> _shard = CommonOptions.Shard();
    private readonly Option<int?> _threads = new("--threads") { Description = "The number of threads (all cores); the bits of a run depend on it." };

    /// <summary>Declares the command.</summary>
    public StudyCommand()
        : base(
            CommandGroup.Models,
            "study",
            "Trains and scores every cell of a study: records are simulated, models trained, exported, and scored on test records. Run again, it goes "
                + "on where it was stopped; results stand in results.parquet and results.md. Several processes or machines can share one study (--shard, or as "
                + "ranks that mpirun or srun starts).",
            "coda study", "coda study parameter --only F_true=4,8,12 --seeds 1 2 3", "coda study window --set experiment.steps=1000 --output out/short-windows")
    {
        Grace = GraceOfTraining;
        RunsOverRanks = true;
        _name.CompletionSources.Add(_ => NamedStudy.All.Select(s => s.Name));
        Add(_name);
        foreach (Option option in new Option[] { _output, _seeds, _only, _set, _shard, _threads })
        {
            Add(option);
        }

        Rules =
        [
            .. new Option[] { _output, _seeds, _only, _set, _shard, _threads }.Select(option =>
                OptionRule.Ignored(option, "without the name of a study", "", parsed => parsed.GetValue(_name) is null)),
            OptionRule.IsHere(_output),
            OptionRule.SetsOnce(_set),
            OptionRule.SetsOnce(_only),
        ];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        if (arguments.GetValue(_name) is not { } name)
        {
            terminal.Result(NamedStudy.All, console => console.Words(
                "Studies", ["name", "question", "axes"],
                NamedStudy.All.Select(s => (string[])[s.Name, s.Description, string.Join(" x ", s.Axes.Select(a => $"{a.Name} ({a.Points.Count})"))])));
            return;
        }

        var study = NamedStudy.Named(name);
        study = study with
        {
            Seeds = arguments.GetValue(_seeds) is { Length: > 0 } seeds ? seeds : study.Seeds,
            Axes = Kept(study.Axes, arguments.GetValue(_only) ?? []),
        };
        var job = new StudyJob(study, arguments.GetValue(_output) ?? Path.Combine("out", "studies", study.Name))
        {
            Settings = arguments.GetValue(_set) ?? [],
            Shard = CommonOptions.ShardOf(arguments.GetValue(_shard)),
            Ranks = terminal.Ranks,
            Threads = arguments.GetValue(_threads) ?? terminal.Ranks.ThreadsOfEach(),
            Provenance = arguments.CommandLine(),
        };
        var outcome = StudyWorkflow.Run(job, terminal, cancellation);
        terminal.Result(new { study = study.Name, outcome.Folder, outcome.Results }, console => console.Numbers(
            $"{study.Description} ({outcome.Folder})", outcome.Table.Columns, outcome.Table.Words));
    }

    private static IReadOnlyList<StudyAxis> Kept(IReadOnlyList<StudyAxis> axes, IReadOnlyList<string> only)
    {
        foreach (var text in only)
        {
            var parts = text.Split('=', 2);
            var axis = axes.FirstOrDefault(a => a.Name == parts[0])
                ?? throw new ArgumentException($"--only: expected AXIS=VALUE,... with an axis of {string.Join(", ", axes.Select(a => a.Name))}, got '{text}'.");
            var wanted = parts.Length == 2 ? parts[1].Split(',') : [];
            var points = axis.Points.Where(p => wanted.Contains(FormattableString.Invariant($"{p.Value}"))).ToList();
            if (points.Count != wanted.Length || points.Count == 0)
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture,
                        $"--only: expected values of {axis.Name} among {string.Join(", ", axis.Points.Select(p => p.Value))}, got '{text}'."));
            }

            axes = [.. axes.Select(a => a == axis ? a with { Points = points } : a)];
        }

        return axes;
    }
}
