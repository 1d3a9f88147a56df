using Spectre.Console;
using Spectre.Console.Rendering;

namespace Coda.Cli;

/// <summary>Where a stage of work stands.</summary>
/// <param name="Share">The share done, in [0, 1].</param>
/// <param name="Detail">What else is worth knowing, in a few words.</param>
internal readonly record struct StageState(double Share, string Detail = "");

/// <summary>Runs stages of work under a progress bar; where nobody watches, with a plain line now and then.</summary>
/// <param name="terminal">Where to write.</param>
internal sealed class Stages(Terminal terminal)
{
    private static readonly TimeSpan FirstLine = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan NextLine = TimeSpan.FromSeconds(15);

    private readonly List<(string Title, TimeSpan Time)> _times = [];

    /// <summary>How long each stage took, in order.</summary>
    public IReadOnlyList<(string Title, TimeSpan Time)> Times => _times;

    /// <summary>Runs a stage that has a result.</summary>
    /// <param name="title">What is done, in a word or two.</param>
    /// <param name="work">The work; tells where it stands.</param>
    public T Run<T>(string title, Func<IProgress<StageState>, T> work)
    {
        var start = terminal.Clock.GetTimestamp();
        try
        {
            return terminal.IsWatched ? RunWatched(title, work) : work(new Lines(terminal, title));
        }
        finally
        {
            _times.Add((title, terminal.Clock.GetElapsedTime(start)));
        }
    }

    /// <summary>Runs a stage without a result, and returns how long it took.</summary>
    /// <inheritdoc cref="Run{T}"/>
    public TimeSpan Run(string title, Action<IProgress<StageState>> work)
    {
        Run(title, state =>
        {
            work(state);
            return true;
        });
        return _times[^1].Time;
    }

    private T RunWatched<T>(string title, Func<IProgress<StageState>, T> work)
    {
        var detail = new DetailColumn();
        return terminal.ErrorConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new PercentageColumn(), detail)
            .Start(context =>
            {
                var task = context.AddTask(Markup.Escape(title), maxValue: 1);
                var result = work(new Bar(task, detail, terminal.Clock));
                task.Value = 1;
                return result;
            });
    }

    private static string Join(string detail, string? timeLeft) =>
        string.Join(", ", new[] { detail, timeLeft ?? "" }.Where(part => part.Length > 0));

    /// <summary>Estimates the time left from the share done since the first report.</summary>
    private sealed class Estimate(TimeProvider clock)
    {
        private readonly long _start = clock.GetTimestamp();
        private double? _first;

        public TimeSpan Elapsed => clock.GetElapsedTime(_start);

        public string? TimeLeft(double share)
        {
            var done = share - (_first ??= share < 0.5 ? 0 : share);
            return done < 1e-3 || share >= 1 || Elapsed < FirstLine ? null : $"{Tables.Duration(Elapsed * ((1 - share) / done))} left";
        }
    }

    private sealed class Bar(ProgressTask task, DetailColumn detail, TimeProvider clock) : IProgress<StageState>
    {
        private readonly Estimate _estimate = new(clock);

        public void Report(StageState value)
        {
            detail.Text = Join(value.Detail, _estimate.TimeLeft(value.Share));
            task.Value = value.Share;
        }
    }

    private sealed class DetailColumn : ProgressColumn
    {
        private volatile string _text = "";

        public string Text
        {
            set => _text = value;
        }

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(_text);
    }

    private sealed class Lines(Terminal terminal, string title) : IProgress<StageState>
    {
        private readonly Estimate _estimate = new(terminal.Clock);
        private readonly Lock _lock = new();
        private TimeSpan _next = FirstLine;

        public void Report(StageState value)
        {
            lock (_lock)
            {
                var timeLeft = _estimate.TimeLeft(value.Share);
                if (_estimate.Elapsed >= _next)
                {
                    _next = _estimate.Elapsed + NextLine;
                    terminal.Say(FormattableString.Invariant($"{title}: {100 * value.Share:F0} % ({Join(value.Detail, timeLeft)})"));
                }
            }
        }
    }
}
