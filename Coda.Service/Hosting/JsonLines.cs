using System.Text.Json;
using Coda.Service.Bodies;
using Microsoft.Extensions.Logging;

namespace Coda.Service.Hosting;

/// <summary>A log of one JSON object a line: time, level, message, its values by name, and an exception where there is one.</summary>
/// <param name="output">Where the lines go; it stays the caller's.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class JsonLines(TextWriter output, TimeProvider clock) : ILoggerProvider
{
    private readonly Lock _lock = new();

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Write(LogLevel level, string message, IEnumerable<KeyValuePair<string, object?>> values, Exception? fault)
    {
        var line = new Dictionary<string, object?>
        {
            ["time"] = clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture),
            ["level"] = level.ToString().ToLowerInvariant(),
            ["message"] = message,
        };
        foreach (var (name, value) in values.Where(v => v.Key != "{OriginalFormat}"))
        {
            line.TryAdd(name, value is null or int or long or double ? value : value.ToString());
        }

        if (fault is not null)
        {
            line["exception"] = fault.ToString();
        }

        var text = JsonSerializer.Serialize(line, ServiceJson.Options);
        lock (_lock)
        {
            output.WriteLine(text);
        }
    }

    private sealed class Category(JsonLines lines, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        // What the host says on its way is left out; what goes wrong in it is not.
        public bool IsEnabled(LogLevel logLevel) => logLevel >= (name.StartsWith("Coda.", StringComparison.Ordinal) ? LogLevel.Information : LogLevel.Error);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                lines.Write(logLevel, formatter(state, exception), state as IEnumerable<KeyValuePair<string, object?>> ?? [], exception);
            }
        }
    }
}
