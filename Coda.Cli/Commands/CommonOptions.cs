using System.CommandLine;
using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Sessions;
using Coda.Workflows.Forecasting;
using Coda.Workflows.Progress;

namespace Coda.Cli.Commands;

/// <summary>Options and small steps that several commands share.</summary>
internal static class CommonOptions
{
    /// <summary><c>--errors</c>: how errors meet the values.</summary>
    public static Option<string?> Errors() => new("--errors")
    {
        Description = "How errors meet the values: additive (the default), multiplicative, a share of the value, or square-root, as of counts; one for all, or "
            + "one for each field of the state, as in u=multiplicative,v=additive. --sigma is then that of the logarithm, or of twice the square root.",
        HelpName = "KIND|FIELD=KIND,...",
    };

    /// <summary>The archive to read.</summary>
    public static Option<string> Archive() => new("--archive", "-a") { Description = "The archive's directory.", HelpName = "DIR", Required = true };

    /// <summary>The number of workers.</summary>
    public static Option<int> Workers() => new("--workers") { Description = "The number of pieces worked on at the same time (one on each core)." };

    /// <summary>What becomes of several values for one site at one step.</summary>
    public static Option<string> Combine() =>
        new Option<string>("--combine") { Description = "What to do with several values for one site at one step.", DefaultValueFactory = _ => "error" }
            .AcceptOnlyFromAmong("error", "mean");

    /// <summary>How far an observation may lie from its site's climatology.</summary>
    public static Option<string?> GrossCheck() => new("--gross-check")
    {
        Description = $"The most robust deviations that an observation may lie from its site's median, or none to allow any value "
            + $"({PlausibleObservations.DefaultDeviations}); one farther away, such as a fill value, is an error that names it.",
        HelpName = "DEVIATIONS|none",
    };

    /// <summary>The deviations that were asked for; infinity for none.</summary>
    /// <param name="text">The option's value.</param>
    /// <exception cref="ArgumentException">No number greater than 0.</exception>
    public static double DeviationsOf(string? text) => text switch
    {
        null => PlausibleObservations.DefaultDeviations,
        "none" => double.PositiveInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new ArgumentException($"--gross-check: expected a number greater than 0, or none, got '{text}'."),
    };

    /// <summary>Which of the parts of a run this process makes.</summary>
    public static Option<string?> Shard() => new("--shard")
    {
        Description = "Make every COUNTth part from INDEX (from 0) on; other processes make the others. "
            + "With the index left out, as in /16, it is that of the Slurm array's task, the Kubernetes indexed Job, or the rank that mpirun or srun "
            + "started.",
        HelpName = "[INDEX]/COUNT",
    };

    /// <summary>The shard that was asked for; all parts by default.</summary>
    /// <param name="text">The option's value.</param>
    /// <exception cref="ArgumentException">No such shard.</exception>
    public static Shard ShardOf(string? text) => text is null
        ? Data.Archives.Runs.Shard.Whole : Data.Archives.Runs.Shard.Parse(text, Environment.GetEnvironmentVariable);

    /// <summary>A range of trajectories or steps.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="description">What it selects.</param>
    public static Option<string?> Range(string name, string description) => new(name) { Description = description, HelpName = "FROM..TO" };

    /// <summary>The part of a record that ranges select; <see langword="null"/> where there are none.</summary>
    /// <param name="archive">What the archive holds.</param>
    /// <param name="trajectories">The value of <c>--trajectories</c>.</param>
    /// <param name="steps">The value of <c>--steps</c>.</param>
    /// <exception cref="ArgumentException">No range, or not within the record.</exception>
    public static RecordRange? RangeOf(ArchiveDescription archive, string? trajectories, string? steps)
    {
        if (trajectories is null && steps is null)
        {
            return null;
        }

        var (wanted, of) = (
            Named(archive, trajectories) ?? Parse("--trajectories", trajectories, new StepRange(0, archive.TrajectoryCount)),
            Parse("--steps", steps, archive.Steps));
        return new RecordRange((int)wanted.Start, (int)wanted.Count, of);

        static StepRange? Named(ArchiveDescription archive, string? name) =>
            Enumerable.Range(0, archive.TrajectoryNames?.Count ?? 0).Where(t => archive.NameOf(t) == name).Select(t => (StepRange?)new StepRange(t, t + 1))
                .FirstOrDefault();

        static StepRange Parse(string option, string? text, StepRange all) =>
            text is null ? all
            : text.Split("..") is [var from, var to] && long.TryParse(from, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var start)
                && long.TryParse(to, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var end) && start < end && start >= all.Start
                    && end <= all.End
            ? new StepRange(start, end)
            : throw new ArgumentException(FormattableString.Invariant($"{option}: expected FROM..TO within {all.Start}..{all.End}, got '{text}'."));
    }

    /// <summary>A number of bytes in words, such as 512MB.</summary>
    /// <param name="option">The option's name.</param>
    /// <param name="text">Its value.</param>
    /// <exception cref="ArgumentException">No such number.</exception>
    public static long Bytes(string option, string text)
    {
        (string Unit, double Bytes)[] units = [("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12)];
        var (unit, bytes) = units.FirstOrDefault(u => text.EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase));
        return unit is not null && double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number > 0
            ? (long)(number * bytes)
            : throw new ArgumentException($"{option}: expected a size such as 512MB or 4GB, got '{text}'.");
    }

    /// <summary>A duration as a number of steps.</summary>
    /// <param name="option">The option's name.</param>
    /// <param name="time">The time axis.</param>
    /// <param name="duration">Its value, in time units.</param>
    /// <exception cref="ArgumentException">No multiple of the step, or more steps than can be counted in 31 bits.</exception>
    public static int Steps(string option, TimeAxis time, double duration) => time.StepsIn(duration) is >= int.MinValue and <= int.MaxValue and var steps
        ? (int)steps
        : throw new ArgumentException(
            FormattableString.Invariant($"{option}: expected at most {time.TimeOf(int.MaxValue)} ({int.MaxValue} steps), got {duration}."));

    /// <summary>The leads of forecasts.</summary>
    /// <param name="verb">What is done with them.</param>
    public static Option<double[]> Leads(string verb) => new("--leads")
    {
        Description = $"The leads to {verb}, in time units, multiples of the step; by default in proportion to the record's decorrelation time.",
        HelpName = "TIME",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>The leads that were asked for, in steps, or else the record's own and their unit, of which the user is told.</summary>
    /// <param name="given">The value of <c>--leads</c>.</param>
    /// <param name="archive">The archive.</param>
    /// <param name="terminal">Where to say it.</param>
    /// <exception cref="ArgumentException">A lead is no multiple of the step.</exception>
    public static (IReadOnlyList<int> Steps, int? Unit) LeadsOf(double[]? given, ParquetArchive archive, Terminal terminal)
    {
        if (given is { Length: > 0 })
        {
            var time = new TimeAxis(archive.Description.StepLength);
            return ([.. given.Select(lead => Steps("--leads", time, lead)).Distinct().Order()], null);
        }

        var own = OwnLeads.Of(archive);
        terminal.Say(own.Reason);
        return (own.Steps, own.Unit);
    }

    /// <summary>A time between two steps, in steps.</summary>
    /// <param name="option">The option, for messages.</param>
    /// <param name="time">The archive's time.</param>
    /// <param name="duration">The time, in the archive's unit.</param>
    /// <exception cref="ArgumentException">It is shorter than a step, or too long.</exception>
    public static int Interval(string option, TimeAxis time, double duration) => Steps(option, time, duration) is >= 1 and var steps
        ? steps
        : throw new ArgumentException(FormattableString.Invariant($"{option}: expected at least a step ({time.TimeOf(1)}), got {duration}."));

    /// <summary>Overrides of members.</summary>
    /// <param name="description">What is set, with an example.</param>
    public static Option<string[]> Set(string description) => new("--set")
    {
        Description = $"{description} May be repeated.",
        HelpName = "NAME=VALUE",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Declines the comparison of parts with their checksums.</summary>
    public static Option<bool> NoVerify() =>
        new("--no-verify") { Description = "Believe the parts of archives without comparing each with its checksum when it is first read." };

    /// <summary>Replaces an archive that exists.</summary>
    public static Option<bool> Overwrite() =>
        new("--overwrite") { Description = "Replace the archive that is there, with all its tables; other files there stay." };

    /// <summary>The command line as one would type it, for provenance.</summary>
    /// <param name="arguments">What the user asked for.</param>
    public static string CommandLine(this ParseResult arguments) =>
        "coda " + string.Join(' ', arguments.Tokens.Select(t => t.Value).Select(v => v.AsSpan().ContainsAny(" {}\"'*$") ? $"'{v}'" : v));

    /// <summary>Refuses a file that is not there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What was expected.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static string RequireFile(string path, string what) =>
        File.Exists(path) ? path : throw new FileNotFoundException($"{path}: expected {what}, got nothing there. Check the path.", path);
}
