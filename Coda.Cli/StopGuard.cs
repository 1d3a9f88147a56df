namespace Coda.Cli;

/// <summary>Makes sure that a command ends soon after it was told to, whatever it is at.</summary>
/// <remarks>A thread of its own waits, for those of the pool may all be at work.</remarks>
internal sealed class StopGuard : IDisposable
{
    private readonly ManualResetEventSlim _ended = new();
    private readonly CancellationTokenRegistration _registration;

    /// <summary>Starts to watch.</summary>
    /// <param name="grace">The time that the command has after it was cancelled.</param>
    /// <param name="overdue">Called once, on another thread, where it has not ended by then.</param>
    /// <param name="cancellation">Tells that the command is to stop.</param>
    public StopGuard(TimeSpan grace, Action overdue, CancellationToken cancellation) =>
        _registration = cancellation.UnsafeRegister(_ => new Thread(() => Watch(grace, overdue)) { IsBackground = true, Name = "stop guard" }.Start(), null);

    /// <summary>The command has ended.</summary>
    public void Dispose()
    {
        _registration.Dispose();
        _ended.Set();
    }

    private void Watch(TimeSpan grace, Action overdue)
    {
        if (!_ended.Wait(grace))
        {
            overdue();
        }
    }
}
