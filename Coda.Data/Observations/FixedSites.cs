using Coda.Data.Foundation;

namespace Coda.Data.Observations;

/// <summary>The same sites at every n-th step, a network of stations, or sites that move on from one observed step to the next.</summary>
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
            .Require(options.Shift >= 0, nameof(options.Shift), "at least 0 sites", options.Shift)
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

        var shift = checked(step / _options.Interval * _options.Shift);
        if (_options.Sites is null)
        {
            for (var site = (int)(shift % _options.Every); site < observed.Length; site += _options.Every)
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

            observed[(int)((site + shift) % observed.Length)] = true;
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

        /// <summary>The sites that the network moves on by from one observed step to the next, round the operator's range: 1 with every n-th site observes
        /// all in turns.</summary>
        public int Shift { get; init; }
    }
}
