using Coda.Data.Foundation;

namespace Coda.Data.Observations;

/// <summary>The same sites at every n-th step: a network of stations.</summary>
public sealed class FixedSites : ObservingNetwork
{
    private readonly Options _options;

    /// <summary>Makes the network.</summary>
    /// <param name="options">Sites and interval.</param>
    /// <exception cref="ArgumentException">A negative site, or a stride or interval below 1.</exception>
    public FixedSites(Options options)
    {
        new Faults("fixed-sites")
            .Require(options.Sites?.All(s => s >= 0) ?? true, nameof(options.Sites), "indices of at least 0", string.Join(", ", options.Sites ?? []))
            .Require(options.Every >= 1, nameof(options.Every), "at least 1 site", options.Every)
            .Require(options.Interval >= 1, nameof(options.Interval), "at least 1 step", options.Interval)
            .ThrowIfAny();
        _options = options;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A site lies outside the operator's range.</exception>
    public override void Observe(ulong seed, int trajectory, long step, Span<bool> observed)
    {
        observed.Clear();
        if (step % _options.Interval != 0)
        {
            return;
        }

        if (_options.Sites is null)
        {
            for (var site = 0; site < observed.Length; site += _options.Every)
            {
                observed[site] = true;
            }

            return;
        }

        foreach (var site in _options.Sites)
        {
            if (site >= observed.Length)
            {
                throw new ArgumentException($"fixed-sites: expected sites below {observed.Length}, got {site}.");
            }

            observed[site] = true;
        }
    }

    /// <summary>Sites and interval.</summary>
    public sealed record Options
    {
        /// <summary>The sites observed; <see langword="null"/> for every n-th, see <see cref="Every"/>.</summary>
        public IReadOnlyList<int>? Sites { get; init; }

        /// <summary>Observes every n-th site where no list is given.</summary>
        public int Every { get; init; } = 1;

        /// <summary>Observes every n-th step.</summary>
        public int Interval { get; init; } = 1;
    }
}
