using System.Diagnostics;
using Coda.Cli;
using Coda.Data.Foundation;

namespace Coda.Benchmarks.Kills;

/// <summary>Runs a command in a place, kills it, looks at what it left, and lets the same command come to its end.</summary>
internal sealed class KillRunner
{
    private const int Killed = 128 + 9;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly KillScene _scene;
    private readonly IKillPlace _place;
    private readonly string _bed;
    private readonly string _scratch;
    private readonly SortedDictionary<string, byte[]> _before;
    private readonly KillJudge _judge;

    /// <summary>Lets the command come to its end undisturbed, twice.</summary>
    /// <param name="scene">The command.</param>
    /// <param name="place">Where it writes.</param>
    /// <param name="bed">What it reads.</param>
    /// <param name="scratch">Where it keeps what nobody sees.</param>
    /// <exception cref="InvalidOperationException">It fails, or makes other bits the second time.</exception>
    public KillRunner(KillScene scene, IKillPlace place, string bed, string scratch)
    {
        (_scene, _place, _bed, _scratch) = (scene, place, bed, scratch);
        _place.Reset(new Dictionary<string, byte[]>());
        if (scene.Before is { } line)
        {
            Whole(line);
        }

        _before = _place.Files();
        Whole(scene.Line, isHere: false);
        var made = _place.Files();
        Counts = [.. _place.Counts];
        _judge = new(_before, made);
        _place.Reset(_before);
        Whole(scene.Line);
        if (!_judge.IsMade(_place.Files()))
        {
            throw new InvalidOperationException($"{scene.Name}: expected the same bits of two runs that nobody disturbed, got others: "
                + string.Join("; ", _judge.Ended(_place.Files()).Select(f => f.Detail)));
        }
    }

    /// <summary>How many points of each kind it has.</summary>
    public IReadOnlyList<long> Counts { get; }

    /// <summary>Kills it at a random point, and up to two times more while it goes on, in the first half of what it does.</summary>
    /// <param name="random">Where the points come from.</param>
    public KillResult Run(CounterRandom random)
    {
        List<KillPoint> points = [KillPoint.Draw(Counts, ref random)];
        for (var more = random.NextInteger(3); more > 0; more--)
        {
            points.Add(KillPoint.Draw([.. Counts.Select(count => (count + 1) / 2)], ref random));
        }

        return Run(points);
    }

    /// <summary>Kills it at some points, one after the other.</summary>
    /// <param name="points">The points; one that is not reached is no kill.</param>
    public KillResult Run(IReadOnlyList<KillPoint> points)
    {
        _place.Reset(_before);
        List<(KillVerdict, string)> faults = [];
        List<KillPoint> reached = [];
        foreach (var point in points)
        {
            if (Run(_scene.Line, point).ExitCode != Killed)
            {
                break; // it came to its end before
            }

            reached.Add(point);
            faults.AddRange(_judge.Killed(_place.Files(), _place.Address));
        }

        // What came to its end although it was killed is not made a second time where that would need --overwrite.
        var (exitCode, error) = RunHere(_scene.Line);
        var end = _place.Files();
        if (exitCode != ExitCodes.Success && !_judge.IsMade(end))
        {
            faults.Add((KillVerdict.Stuck, $"exit code {exitCode}: {error.TrimEnd().Split('\n')[^1]}"));
        }

        faults.AddRange(_judge.Ended(end));
        return new(reached, faults);
    }

    private void Whole(string line, bool isHere = true)
    {
        var (exitCode, error) = isHere ? RunHere(line) : Run(line, null);
        if (exitCode != ExitCodes.Success)
        {
            throw new InvalidOperationException($"coda {line}: exit code {exitCode}. {error}");
        }
    }

    private string[] Arguments(string line) =>
        [.. line.Split(' ').Select(word => word == "OUT" ? _place.Address : word.StartsWith('@') ? Path.Combine(_bed, word[1..]) : word)];

    // What nobody kills runs in this process, which need not start anew.
    private (int ExitCode, string Error) RunHere(string line)
    {
        _place.Leave();
        using var output = new StringWriter();
        using var error = new StringWriter();
        return (CodaCommandLine.Run(Arguments(line), output, error), error.ToString());
    }

    private (int ExitCode, string Error) Run(string line, KillPoint? point)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CodaCommandLine).Assembly.Location, .. Arguments(line)])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = Directory.CreateDirectory(_scratch).FullName;
        using var process = _place.Start(start, point);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{_scene.Name}, {point}: expected an end within {Patience}, got none. {error.Result}");
        }

        _ = output.Result;
        return (process.ExitCode, error.Result);
    }
}
