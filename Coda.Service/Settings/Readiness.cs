namespace Coda.Service.Settings;

/// <summary>Whether requests are welcome: after the model is warm, until the service stops. Safe for use from several threads.</summary>
internal sealed class Readiness
{
    private const string Starting = "starting";
    private const string Ready = "ready";
    private const string Draining = "draining";

    private string _state = Starting;
    private bool _isCutOff;

    /// <summary>starting, ready or draining.</summary>
    public string State => Volatile.Read(ref _state);

    /// <summary>Whether requests are welcome.</summary>
    public bool IsReady => State == Ready;

    /// <summary>The model is warm. Nothing changes where the service stops already.</summary>
    public void Open() => Interlocked.CompareExchange(ref _state, Ready, Starting);

    /// <summary>Whether the time to drain is over, so that the service itself cuts what is still under way.</summary>
    public bool IsCutOff => Volatile.Read(ref _isCutOff);

    /// <summary>The time to drain is over.</summary>
    public void CutOff() => Volatile.Write(ref _isCutOff, true);

    /// <summary>The service stops.</summary>
    public void Drain() => Volatile.Write(ref _state, Draining);
}
