using System.CommandLine;
using Coda.Data.Archives.Stored;
using Coda.Workflows.Scoring;

namespace Coda.Cli.Commands;

/// <summary><c>coda distance</c>: members of posteriors against those of a reference.</summary>
public sealed class DistanceCommand : CodaCommand
{
    private readonly Option<string> _reference =
        new("--reference") { Description = "The archive with the members of the reference, such as a particle filter of many particles.", HelpName = "DIR",
            Required = true };
    private readonly Option<string[]> _analyses = new("--analyses")
    {
        Description = "The archives with the members to compare; ratios are to the first, for example the reference's method with another seed.",
        HelpName = "DIR", AllowMultipleArgumentsPerToken = true, Required = true,
    };

    private readonly Option<string?> _steps = CommonOptions.Range("--steps", "The steps to compare, FROM..TO without TO (all that both have).");
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();

    /// <summary>Declares the command.</summary>
    public DistanceCommand()
        : base(
            CommandGroup.Scores,
            "distance",
            "Compares members of posteriors with those of a reference: the Wasserstein distance of order 1 between the samples at each entry and step, which "
                + "sees modes that mean and spread do not. Members are written by 'coda analyze --members'; compare as many of each.",
            "coda distance --reference out/particles --analyses out/particles-2 out/randomized")
    {
        foreach (Option option in (Option[])[_reference, _analyses, _steps, _noVerify])
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_reference), verifies: false); // its parts are verified when they are read
        var job = new DistanceJob(arguments.GetRequiredValue(_reference), arguments.GetRequiredValue(_analyses))
        {
            Steps = CommonOptions.RangeOf(archive.Description, null, arguments.GetValue(_steps))?.Steps,
            Verifies = !arguments.GetValue(_noVerify),
        };
        var result = DistanceWorkflow.Run(job, terminal, cancellation);
        terminal.Result(result, console => console.Numbers(
            $"Wasserstein distance to the members of {job.Reference}; ± is the standard deviation over trajectories, share is of the reference's spread",
            ["members of", "count", "field", "distance", "±", "share", "ratio", "marginals"],
            result.Select(r => (string[])
            [
                r.Name, Tables.Count(r.Members), r.Distance.Field, Tables.Number(r.Distance.Distance, 4), Tables.Number(r.Distance.Deviation, 4),
                Tables.Number(r.Distance.Share, 4), Tables.Number(r.Ratio), Tables.Count(r.Distance.Count),
            ])));
    }
}
