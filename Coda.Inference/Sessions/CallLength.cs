namespace Coda.Inference.Sessions;

/// <summary>The number of rows of one run, shared by workers, and halved where the device has no memory for them.</summary>
/// <param name="rows">The number to start with.</param>
/// <param name="settings">Who is told.</param>
internal sealed class CallLength(int rows, SessionSettings settings)
{
    private readonly Lock _lock = new();
    private int _rows = rows;

    /// <summary>The number of rows that fits, as far as is known.</summary>
    public int Rows
    {
        get
        {
            lock (_lock)
            {
                return _rows;
            }
        }
    }

    /// <summary>Halves the number after a run that failed, once for all workers, and says so.</summary>
    /// <param name="failed">The rows of the run that failed.</param>
    /// <param name="fault">Its fault.</param>
    /// <returns>Whether to try again: not where one row is too many, and not where nobody would be told.</returns>
    public bool Halve(int failed, DeviceMemoryException fault)
    {
        lock (_lock)
        {
            if (_rows < failed)
            {
                return true; // another worker said so
            }

            if (failed == 1 || settings.Notices is null)
            {
                return false;
            }

            _rows = failed / 2;
            settings.Notices.Report(
                $"Device {settings.Device}: no memory for runs of {failed} rows ({fault.InnerException!.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}); "
                    + $"going on with {_rows}.");
            return true;
        }
    }
}
