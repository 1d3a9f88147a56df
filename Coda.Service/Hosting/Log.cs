using Coda.Data.Archives;
using Microsoft.Extensions.Logging;

namespace Coda.Service.Hosting;

/// <summary>Everything that the service says in its log.</summary>
internal static partial class Log
{
    /// <summary>The service listens.</summary>
    [LoggerMessage(1, LogLevel.Information, "listening at {address}")]
    public static partial void Listening(ILogger logger, string address);

    /// <summary>The model is warm.</summary>
    [LoggerMessage(2, LogLevel.Information, "ready with model {model}, {workers} workers, after {milliseconds} ms")]
    public static partial void Ready(ILogger logger, string model, int workers, long milliseconds);

    /// <summary>The service stops.</summary>
    [LoggerMessage(3, LogLevel.Information, "draining {requests} requests")]
    public static partial void Draining(ILogger logger, int requests);

    /// <summary>The service has stopped.</summary>
    [LoggerMessage(4, LogLevel.Information, "stopped")]
    public static partial void Stopped(ILogger logger);

    /// <summary>Requests were cut off.</summary>
    [LoggerMessage(5, LogLevel.Warning, "cut off {requests} requests that did not end within {seconds} s")]
    public static partial void CutOff(ILogger logger, int requests, double seconds);

    /// <summary>A request was answered; where such lines are asked for.</summary>
    [LoggerMessage(6, LogLevel.Information, "{method} {route} {status} in {milliseconds} ms")]
    public static partial void Answered(ILogger logger, string method, string route, int status, double milliseconds);

    /// <summary>A request failed for want of the service.</summary>
    [LoggerMessage(7, LogLevel.Error, "{method} {route} failed")]
    public static partial void Failed(ILogger logger, string method, string route, Exception fault);

    /// <summary>A reply was cut off after its beginning, for a reason that a problem would tell.</summary>
    [LoggerMessage(8, LogLevel.Information, "{method} {route} cut off after the reply's beginning, as {status}")]
    public static partial void CutReply(ILogger logger, string method, string route, int status);

    /// <summary>An alarm of a stream's bands began or ended.</summary>
    [LoggerMessage(9, LogLevel.Warning, "stream {stream}: {kind}: {what}")]
    public static partial void CoverageChanged(ILogger logger, string stream, string kind, string what);
}
