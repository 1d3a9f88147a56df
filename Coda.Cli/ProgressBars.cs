using Coda.Data.Foundation;
using Coda.Workflows.Progress;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Coda.Cli;

/// <summary>Runs phases of work under a progress bar; where nobody watches, with a plain line now and then.</summary>
/// <param name="terminal">Where to write.</param>
internal sealed class ProgressBars(Terminal terminal) : IWorkflowProgress
{
    // Below it an estimate of the time left is a guess.
    private const double LeastShare = 0.02;

    // Terminals of fewer columns have shorter bars.
    private const int Roomy = 100;
    private const int WideBar = 24;
    private const int NarrowBar = 12;

    // What else stands in a line.
    private const int Percentage = 4;
    private const int Gaps = 10;

    private static readonly TimeSpan FirstLine = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan NextLine = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public ResultWarnings Warnings => terminal.Warnings;

    /// <inheritdoc/>
    public void Say(string text) => terminal.Say(text);

    /// <inheritdoc/>
    public T Run<T>(string title, Func<IProgress<PhaseState>, T> work) => terminal.IsWatched ? RunWatched(title, work) : RunUnwatched(title, work);

    private T RunUnwatched<T>(string title, Func<IProgress<PhaseState>, T> work)
    {
        using var lines = new Lines(terminal, title);
        return work(lines);
    }

    private T RunWatched<T>(string title, Func<IProgress<PhaseState>, T> work)
    {
        var (detail, course) = (new DetailColumn(), new DetailColumn());
        var columns = terminal.ErrorConsole.Profile.Width;
        var width = columns < Roomy ? NarrowBar : WideBar;
        var room = columns - title.Length - width - Percentage - Gaps;
        return terminal.ErrorConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = width }, new PercentageColumn(), course, detail)
            .Start(context =>
            {
                var task = context.AddTask(Markup.Escape(title), maxValue: 1).IsIndeterminate(); // until the first report
                var result = work(new Bar(task, state => Show(state, detail, course, room), terminal.Clock));
                task.IsIndeterminate(false);
                task.Value = 1;
                return result;
            });
    }

    private void Show(PhaseState state, DetailColumn detail, DetailColumn course, int room)
    {
        var curve = state.Course is { } values ? Sparkline.On(terminal.ErrorConsole, values, NarrowBar) ?? "" : "";
        course.Text = curve;
        detail.Text = Shortened(state.Detail, room - curve.Length);
    }

    /// <summary>What has room in a line: the first and the last part, and of those between as many from the left as there is room for.</summary>
    /// <param name="detail">Parts with commas between.</param>
    /// <param name="room">The columns.</param>
    internal static string Shortened(string detail, int room)
    {
        var parts = detail.Split(", ").ToList();
        while (parts.Count > 2 && parts.Sum(part => part.Length + 2) - 2 > room)
        {
            parts.RemoveAt(parts.Count - 2);
        }

        return string.Join(", ", parts);
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
            return double.IsNaN(share) || done < LeastShare || share >= 1 || Elapsed < FirstLine
                ? null : $"{Tables.Duration(Elapsed * ((1 - share) / done))} left";
        }
    }

    private sealed class Bar(ProgressTask task, Action<PhaseState> show, TimeProvider clock) : IProgress<PhaseState>
    {
        private readonly Estimate _estimate = new(clock);

        public void Report(PhaseState value)
        {
            show(value with { Detail = Join(value.Detail, _estimate.TimeLeft(value.Share)) });
            if (!double.IsNaN(value.Share))
            {
                task.IsIndeterminate(false);
                task.Value = value.Share;
            }
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

    /// <summary>Writes a line now and then, also while the work reports nothing.</summary>
    private sealed class Lines : IProgress<PhaseState>, IDisposable
    {
        private readonly Lock _lock = new();
        private readonly Terminal _terminal;
        private readonly string _title;
        private readonly Estimate _estimate;
        private readonly ITimer _timer;
        private TimeSpan _next = FirstLine;
        private PhaseState? _last;

        public Lines(Terminal terminal, string title)
        {
            (_terminal, _title, _estimate) = (terminal, title, new Estimate(terminal.Clock));
            _timer = terminal.Clock.CreateTimer(_ => Write(), null, FirstLine, TimeSpan.FromSeconds(1));
        }

        public void Report(PhaseState value)
        {
            lock (_lock)
            {
                _last = value;
                _estimate.TimeLeft(value.Share);
            }
        }

        public void Dispose()
        {
            lock (_lock)
            {
                _next = TimeSpan.MaxValue;
            }

            _timer.Dispose();
        }

        private void Write()
        {
            lock (_lock)
            {
                if (_estimate.Elapsed < _next)
                {
                    return;
                }

                _next = _estimate.Elapsed + NextLine;
                _terminal.Say(_last is { } state
                    ? double.IsNaN(state.Share) ? $"{_title}: {state.Detail}, under way for {Tables.Duration(_estimate.Elapsed)}"
                    : FormattableString.Invariant($"{_title}: {100 * state.Share:F0} %{Parenthesized(Join(state.Detail, _estimate.TimeLeft(state.Share)))}")
                    : $"{_title}: under way for {Tables.Duration(_estimate.Elapsed)}");
            }
        }

        private static string Parenthesized(string text) => text.Length == 0 ? "" : $" ({text})";
    }
}
