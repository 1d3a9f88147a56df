using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Coda.Service.Metrics;

/// <summary>Listens to one meter and tells its instruments in the text format of Prometheus. Safe for use from several threads.</summary>
internal sealed class PrometheusExporter : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, Family> _families = new(StringComparer.Ordinal);

    /// <summary>Starts to listen, to instruments that are there and to those to come.</summary>
    /// <param name="meter">The meter.</param>
    public PrometheusExporter(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(PrometheusText.Name(instrument.Name), _ => new Family(instrument)));
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => ((Family)family!).Take(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => ((Family)family!).Take(value, tags));
        _listener.Start();
    }

    /// <summary>Everything measured so far.</summary>
    public string Text()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var (name, family) in _families.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            family.Write(text, name);
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    /// <summary>One instrument, by its sets of labels.</summary>
    private sealed class Family(Instrument instrument)
    {
        private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);
        private readonly IReadOnlyList<double>? _bounds = instrument is Histogram<double> histogram ? histogram.Advice?.HistogramBucketBoundaries ?? [] : null;
        private readonly bool _isCounter = instrument is Counter<long> or Counter<double>;

        private string Kind => _bounds is not null ? "histogram" : _isCounter ? "counter" : "gauge";

        public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var series = _series.GetOrAdd(PrometheusText.Labels(tags), _ => new Series(_bounds));
            if (_bounds is not null)
            {
                series.Observe(value);
            }
            else if (_isCounter)
            {
                series.Add(value);
            }
            else
            {
                series.Set(value);
            }
        }

        public void Write(StringBuilder text, string name)
        {
            text.Append($"# HELP {name} {PrometheusText.Help(instrument.Description ?? "")}\n# TYPE {name} {Kind}\n");
            foreach (var (labels, series) in _series.OrderBy(s => s.Key, StringComparer.Ordinal))
            {
                var (sum, counts) = series.Read();
                if (_bounds is null)
                {
                    PrometheusText.Sample(text, name, labels, "", sum);
                    continue;
                }

                var total = 0L;
                for (var bucket = 0; bucket < counts.Length; bucket++)
                {
                    total += counts[bucket];
                    var bound = bucket < _bounds.Count ? _bounds[bucket] : double.PositiveInfinity;
                    PrometheusText.Sample(text, name + "_bucket", labels, $"le=\"{PrometheusText.Number(bound)}\"", total);
                }

                PrometheusText.Sample(text, name + "_sum", labels, "", sum);
                PrometheusText.Sample(text, name + "_count", labels, "", total);
            }
        }
    }
}
